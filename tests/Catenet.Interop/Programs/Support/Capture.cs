using Catenet.Kernel.Offload;
using Catenet.Wire.Capture;
using Catenet.Wire.Link;

namespace Catenet.Interop.Programs.Support;

/// <summary>A pcapng file of what crossed the cables of a world; written on the loop, closed to be judged.</summary>
internal sealed class Capture : IDisposable
{
    private readonly FileStream _file;
    private readonly PcapngWriter _writer;
    private readonly int _limit;
    private byte[] _frame = new byte[65536 + 64];

    /// <param name="limit">Frames written at most: the beginning of a bulk transfer tells as much as all of it.</param>
    public Capture(int limit)
    {
        _limit = limit;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"catenet-interop-{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()}.pcapng");
        _file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
        _writer = new PcapngWriter(_file, DateTimeOffset.UnixEpoch.AddYears(55));
    }

    public string Path { get; }

    public int Frames { get; private set; }

    public int AddInterface(string name) => _writer.AddInterface(name, LinkType.Ethernet);

    public void Write(int wire, Instant now, PacketBuffer frame, PacketDirection direction)
    {
        if (Frames >= _limit)
        {
            return;
        }

        Frames++;
        if (_frame.Length < frame.Length)
        {
            _frame = new byte[frame.Length];
        }

        // With offloads frames pass whose checksum is left to a device that never comes: tshark is shown the finished one.
        int length = PartialChecksum.CopyComplete(frame, _frame);
        _writer.WritePacket(wire, now, _frame.AsSpan(0, length), direction: direction);
    }

    /// <summary>Everything is in the file from now on, and nothing is added.</summary>
    public void Close() => _file.Dispose();

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(Path);
    }
}
