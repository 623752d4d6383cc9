using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Hosting.Connections;

namespace Catenet.Hosting.Tests.Support;

/// <summary>Streams without a network: what is sent arrives after a delay, within a window.</summary>
internal sealed class MemoryNetwork(EventLoop loop, Duration delay)
{
    private readonly Dictionary<IPEndPoint, Action<IStreamTransport>> _listeners = [];
    private ushort _port = 49152;

    public EventLoop Loop => loop;

    public List<string> Log { get; } = [];

    public Dictionary<string, IPAddress[]> Names { get; } = [];

    public IStreamNetwork Host(string name, params string[] addresses) => new Node(this, name, [.. addresses.Select(IPAddress.Parse)]);

    private void After(Action action) => loop.Arm(new ActionTimer(_ => action()), delay);

    private sealed class Node(MemoryNetwork network, string name, IPAddress[] addresses) : IStreamNetwork
    {
        public EventLoop Loop => network.Loop;

        public string Name => name;

        public bool Owns(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || addresses.Contains(address);

        public ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, CancellationToken cancellationToken) =>
            network.Names.TryGetValue(name, out var found)
                ? new([.. found.Select(InetAddress.From)])
                : throw new SocketException((int)SocketError.HostNotFound);

        public IStreamListener Listen(IPEndPoint endPoint, Action<IStreamTransport> accepted)
        {
            if (endPoint.Port == 0)
            {
                endPoint = new IPEndPoint(endPoint.Address, network._port++);
            }

            if (!network._listeners.TryAdd(endPoint, accepted))
            {
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            }

            return new Listener(network, endPoint);
        }

        public IStreamTransport Connect(IPEndPoint endPoint, Action<SocketError> done)
        {
            var local = new IPEndPoint(addresses.First(a => a.AddressFamily == endPoint.AddressFamily), network._port++);
            var near = new End(network, ">", local, endPoint);
            var far = new End(network, "<", endPoint, local) { Peer = near };
            near.Peer = far;
            network.After(() =>
            {
                bool heard = network._listeners.TryGetValue(endPoint, out var accepted);
                if (heard && !near.Aborted)
                {
                    accepted!(far);
                }

                network.After(() => done(heard ? SocketError.Success : SocketError.ConnectionRefused));
            });
            return near;
        }
    }

    private sealed class Listener(MemoryNetwork network, IPEndPoint endPoint) : IStreamListener
    {
        public IPEndPoint LocalEndPoint => endPoint;

        public void Close() => network._listeners.Remove(endPoint);
    }

    private sealed class End(MemoryNetwork network, string direction, IPEndPoint local, IPEndPoint remote) : IStreamTransport
    {
        private const int Window = 64 * 1024;
        private readonly Queue<byte[]> _received = new();
        private int _taken;
        private int _inFlight;
        private bool _finished;
        private IStreamEvents? _events;

        public End? Peer { get; set; }

        public bool Aborted { get; private set; }

        public IPEndPoint LocalEndPoint => local;

        public IPEndPoint RemoteEndPoint => remote;

        public void Attach(IStreamEvents events) => _events = events;

        public int Send(ReadOnlySpan<byte> octets)
        {
            int count = Math.Min(octets.Length, Window - _inFlight);
            if (count > 0)
            {
                byte[] part = octets[..count].ToArray();
                _inFlight += count;
                Note(count.ToString());
                network.After(() => Peer!.Arrive(part));
            }

            return count;
        }

        public int Receive(Span<byte> buffer)
        {
            if (!_received.TryPeek(out var part))
            {
                return _finished && !Aborted ? 0 : -1;
            }

            int count = Math.Min(part.Length - _taken, buffer.Length);
            part.AsSpan(_taken, count).CopyTo(buffer);
            _taken += count;
            if (_taken == part.Length)
            {
                _received.Dequeue();
                _taken = 0;
            }

            network.After(() => Peer!.Acknowledge(count));
            return count;
        }

        public void FinishSending()
        {
            Note("FIN");
            network.After(() => Peer!.Finish());
        }

        public void Close()
        {
        }

        public void Abort()
        {
            if (!Aborted)
            {
                Aborted = true;
                Note("RST");
                network.After(() => Peer!.Reset());
            }
        }

        private void Note(string what) => network.Log.Add($"{network.Loop.Now} {local}{direction}{remote} {what}");

        private void Arrive(byte[] part)
        {
            _received.Enqueue(part);
            _events?.OnReadable();
        }

        private void Acknowledge(int count)
        {
            _inFlight -= count;
            _events?.OnWritable();
        }

        private void Finish()
        {
            _finished = true;
            _events?.OnReadable();
        }

        private void Reset()
        {
            Aborted = true;
            _events?.OnFailed(SocketError.ConnectionReset);
        }
    }
}
