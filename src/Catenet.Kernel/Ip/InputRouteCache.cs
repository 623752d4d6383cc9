using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;

namespace Catenet.Kernel.Ip;

/// <summary>The decisions over packets that came in by one device: most packets go the way of one shortly before.</summary>
/// <remarks>
/// A pair of addresses has one place, which the newest pair takes. The table begins with one place and grows, up to
/// <see cref="MaxPlaces"/>, while pairs that still hold push each other out: bounded whatever a peer sends.
/// </remarks>
internal struct InputRouteCache
{
    /// <summary>The most pairs of addresses that are remembered.</summary>
    public const int MaxPlaces = 1024;

    private InputRoute? _last;
    private InputRoute?[]? _places;

    /// <summary>How many pairs of addresses have a place now.</summary>
    public readonly int Places => _places?.Length ?? (_last is null ? 0 : 1);

    /// <summary>Whether a decision holds for the packets to come: it came from a wire and rests on routes that stay until they are changed.</summary>
    public static bool MayKeep([NotNullWhen(true)] RouteEntry? route, InetAddress source, NetDevice device, PacketBuffer packet) =>
        route is { Type: RouteType.Local or RouteType.Unicast } && route.Expires == Instant.Never &&
        !source.IsUnspecified && !device.IsLoopback && packet.LinkOffset >= 0 && device.Settings.RpFilter == 0;

    /// <summary>What was decided over a pair of addresses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(InetAddress source, InetAddress destination, int generation, [MaybeNullWhen(false)] out InputRoute found)
    {
        found = _last;
        return (found is not null && Fits(found, source, destination, generation)) ||
            (_places is not null && TryFindElsewhere(source, destination, generation, out found));
    }

    /// <summary>Remembers a decision.</summary>
    public InputRoute Add(InetAddress source, InetAddress destination, int generation, RouteEntry route)
    {
        if (_last is not null && _last.Generation == generation && _places is null)
        {
            _places = new InputRoute?[4];
            _places[Place(_last.Source, _last.Destination)] = _last;
        }

        if (_places is null)
        {
            return _last = Fill(_last, source, destination, generation, route);
        }

        if (_places[Place(source, destination)] is { } other && other.Generation == generation && _places.Length < MaxPlaces)
        {
            Grow();
        }

        ref InputRoute? place = ref _places[Place(source, destination)];
        return _last = place = Fill(place, source, destination, generation, route);
    }

    /// <summary>Fetches into the cache what the next packet most likely needs.</summary>
    public readonly void Anticipate(AnticipationStep step)
    {
        if (_last is null)
        {
            return;
        }

        if (step == AnticipationStep.Next)
        {
            Prefetch.Object(_last, 2);
        }
        else if (_last.Neighbour is { } neighbour)
        {
            Prefetch.Object(_last.Route, 2);
            Prefetch.Object(_last.Output!, 6);
            Prefetch.Object(neighbour, 3);
        }
    }

    private static bool Fits(InputRoute entry, InetAddress source, InetAddress destination, int generation) =>
        entry.Generation == generation && entry.Destination == destination && entry.Source == source;

    private static InputRoute Fill(InputRoute? entry, InetAddress source, InetAddress destination, int generation, RouteEntry route)
    {
        entry ??= new InputRoute();
        entry.Source = source;
        entry.Destination = destination;
        entry.Generation = generation;
        entry.Route = route;
        entry.Output = route.Device;
        entry.Neighbour = null;
        entry.IsLocal = route.Type == RouteType.Local;
        return entry;
    }

    private bool TryFindElsewhere(InetAddress source, InetAddress destination, int generation, [MaybeNullWhen(false)] out InputRoute found)
    {
        found = _places![Place(source, destination)];
        if (found is not null && Fits(found, source, destination, generation))
        {
            _last = found;
            return true;
        }

        return false;
    }

    private void Grow()
    {
        var before = _places!;
        _places = new InputRoute?[before.Length * 2];
        foreach (var entry in before)
        {
            if (entry is not null)
            {
                _places[Place(entry.Source, entry.Destination)] = entry;
            }
        }
    }

    private readonly int Place(InetAddress source, InetAddress destination) =>
        (int)(StableHash.Mix(destination.Low + (destination.High * 31) + (source.Low * 0x9E37_79B9) + source.High) >> 40) & (_places!.Length - 1);
}
