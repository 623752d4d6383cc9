using System.Numerics;
using System.Runtime.CompilerServices;

namespace Catenet.Kernel.Routing;

/// <summary>Longest-prefix match for one family: a trie of six bits a level with bitmaps instead of pointers, and with levels left out where nothing branches.</summary>
/// <remarks>
/// A node at depth d holds the prefixes of d to d+5 bits as a bitmap of a complete binary tree, and its up to 64 children as a
/// second bitmap; both index packed arrays by population count. A lookup touches one node a level and never goes back.
/// </remarks>
internal sealed class PrefixTrie
{
    private const int Stride = 6;

    /// <summary>For each of the 64 paths through a node: the bits of the prefixes on it.</summary>
    private static readonly ulong[] s_ancestors = MakeAncestors();

    private readonly bool _ipv4;
    private Node? _root;

    public PrefixTrie(bool ipv4) => _ipv4 = ipv4;

    private sealed class Node
    {
        public ulong KeyHigh, KeyLow, MaskHigh, MaskLow;
        public ulong Prefixes, Children;
        public RouteEntry[] Entries = [];
        public Node[] Nodes = [];
        public int Depth;
    }

    /// <summary>How many prefixes there are.</summary>
    public int Count { get; private set; }

    /// <summary>The first entry of the longest prefix that contains the address; null if none does.</summary>
    public RouteEntry? Lookup(InetAddress address)
    {
        Split(address, out ulong high, out ulong low);
        RouteEntry? best = null;
        for (var node = _root; node is not null;)
        {
            if ((((high ^ node.KeyHigh) & node.MaskHigh) | ((low ^ node.KeyLow) & node.MaskLow)) != 0)
            {
                break;
            }

            int path = Bits(high, low, node.Depth);
            ulong matches = node.Prefixes & s_ancestors[path];
            if (matches != 0)
            {
                int position = 63 - BitOperations.LeadingZeroCount(matches);
                best = node.Entries[Rank(node.Prefixes, position)];
            }

            if ((node.Children >> path & 1) == 0)
            {
                break;
            }

            node = node.Nodes[Rank(node.Children, path)];
        }

        return best;
    }

    /// <summary>The next shorter prefix than the given one that contains the address: for what the longest cannot serve.</summary>
    public RouteEntry? LookupShorter(InetAddress address, int belowLength)
    {
        for (int length = belowLength - 1; length >= 0; length--)
        {
            if (Find(new InetPrefix(address, length)) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The first entry of exactly this prefix; null if there is none.</summary>
    public RouteEntry? Find(InetPrefix prefix)
    {
        Split(prefix.Address, out ulong high, out ulong low);
        for (var node = _root; node is not null && node.Depth <= prefix.Length;)
        {
            if ((((high ^ node.KeyHigh) & node.MaskHigh) | ((low ^ node.KeyLow) & node.MaskLow)) != 0)
            {
                return null;
            }

            int path = Bits(high, low, node.Depth);
            if (prefix.Length < node.Depth + Stride)
            {
                int position = Position(path, prefix.Length - node.Depth);
                return (node.Prefixes >> position & 1) != 0 ? node.Entries[Rank(node.Prefixes, position)] : null;
            }

            node = (node.Children >> path & 1) != 0 ? node.Nodes[Rank(node.Children, path)] : null;
        }

        return null;
    }

    /// <summary>Makes the entry the first of its prefix, or (null) removes the prefix.</summary>
    public void Set(InetPrefix prefix, RouteEntry? entry)
    {
        Split(prefix.Address, out ulong high, out ulong low);
        _root = Set(_root, high, low, prefix.Length, entry);
    }

    /// <summary>All entries, prefixes in the order of the trie.</summary>
    public IEnumerable<RouteEntry> All() => _root is null ? [] : Walk(_root);

    private static IEnumerable<RouteEntry> Walk(Node node)
    {
        foreach (var first in node.Entries)
        {
            for (RouteEntry? entry = first; entry is not null; entry = entry.Next)
            {
                yield return entry;
            }
        }

        foreach (var child in node.Nodes)
        {
            foreach (var entry in Walk(child))
            {
                yield return entry;
            }
        }
    }

    private Node? Set(Node? node, ulong high, ulong low, int length, RouteEntry? entry)
    {
        int depth = length - length % Stride;
        if (node is null)
        {
            return entry is null ? null : SetHere(NewNode(high, low, depth), high, low, length, entry);
        }

        int common = Math.Min(CommonBits(high ^ node.KeyHigh, low ^ node.KeyLow), depth);
        if (common < node.Depth)
        {
            if (entry is null)
            {
                return node;
            }

            // The paths part above this node: put a node where they do.
            var parent = NewNode(high, low, common - common % Stride);
            AddChild(parent, Bits(node.KeyHigh, node.KeyLow, parent.Depth), node);
            node = parent;
        }

        if (length < node.Depth + Stride)
        {
            SetHere(node, high, low, length, entry);
        }
        else
        {
            int path = Bits(high, low, node.Depth);
            int rank = Rank(node.Children, path);
            bool exists = (node.Children >> path & 1) != 0;
            var child = Set(exists ? node.Nodes[rank] : null, high, low, length, entry);
            if (child is null && exists)
            {
                node.Children &= ~(1UL << path);
                node.Nodes = Without(node.Nodes, rank);
            }
            else if (child is not null && exists)
            {
                node.Nodes[rank] = child;
            }
            else if (child is not null)
            {
                AddChild(node, path, child);
            }
        }

        return node.Prefixes != 0 || node.Nodes.Length > 1 ? node : node.Nodes.Length == 1 ? node.Nodes[0] : null;
    }

    private Node SetHere(Node node, ulong high, ulong low, int length, RouteEntry? entry)
    {
        int position = Position(Bits(high, low, node.Depth), length - node.Depth);
        int rank = Rank(node.Prefixes, position);
        bool exists = (node.Prefixes >> position & 1) != 0;
        if (entry is null)
        {
            if (exists)
            {
                node.Prefixes &= ~(1UL << position);
                node.Entries = Without(node.Entries, rank);
                Count--;
            }
        }
        else if (exists)
        {
            node.Entries[rank] = entry;
        }
        else
        {
            node.Prefixes |= 1UL << position;
            node.Entries = With(node.Entries, rank, entry);
            Count++;
        }

        return node;
    }

    private static void AddChild(Node node, int path, Node child)
    {
        node.Nodes = With(node.Nodes, Rank(node.Children, path), child);
        node.Children |= 1UL << path;
    }

    private static Node NewNode(ulong high, ulong low, int depth)
    {
        ulong maskHigh = depth >= 64 ? ulong.MaxValue : depth == 0 ? 0 : ulong.MaxValue << 64 - depth;
        ulong maskLow = depth <= 64 ? 0 : ulong.MaxValue << 128 - depth;
        return new Node { KeyHigh = high & maskHigh, KeyLow = low & maskLow, MaskHigh = maskHigh, MaskLow = maskLow, Depth = depth };
    }

    private static int CommonBits(ulong high, ulong low) =>
        high != 0 ? BitOperations.LeadingZeroCount(high) : 64 + BitOperations.LeadingZeroCount(low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Split(InetAddress address, out ulong high, out ulong low)
    {
        high = _ipv4 ? address.Low << 32 : address.High;
        low = _ipv4 ? 0 : address.Low;
    }

    /// <summary>The six bits from a depth (a multiple of six) on; past the end of an address they are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Bits(ulong high, ulong low, int depth) => depth switch
    {
        <= 58 => (int)(high >> 58 - depth) & 63,
        60 => (int)(high << 2 | low >> 62) & 63,
        <= 120 => (int)(low >> 122 - depth) & 63,
        _ => (int)(low << 4) & 63,
    };

    private static int Position(int path, int length) => (1 << length) - 1 + (path >> Stride - length);

    private static int Rank(ulong bitmap, int position) => BitOperations.PopCount(bitmap & ((1UL << position) - 1));

    private static ulong[] MakeAncestors()
    {
        var ancestors = new ulong[64];
        for (int path = 0; path < 64; path++)
        {
            for (int length = 0; length < Stride; length++)
            {
                ancestors[path] |= 1UL << Position(path, length);
            }
        }

        return ancestors;
    }

    private static T[] With<T>(T[] array, int at, T item)
    {
        var larger = new T[array.Length + 1];
        array.AsSpan(0, at).CopyTo(larger);
        larger[at] = item;
        array.AsSpan(at).CopyTo(larger.AsSpan(at + 1));
        return larger;
    }

    private static T[] Without<T>(T[] array, int at)
    {
        if (array.Length == 1)
        {
            return [];
        }

        var smaller = new T[array.Length - 1];
        array.AsSpan(0, at).CopyTo(smaller);
        array.AsSpan(at + 1).CopyTo(smaller.AsSpan(at));
        return smaller;
    }
}
