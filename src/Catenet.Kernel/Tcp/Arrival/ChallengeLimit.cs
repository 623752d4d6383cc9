using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How many challenge ACKs a host sends in a second (RFC 5961 7, <c>tcp_challenge_ack_limit</c>).</summary>
internal sealed class ChallengeLimit(TcpLayer layer)
{
    private long _second = -1;
    private int _left;
    private RandomStream? _chance;

    /// <summary>Takes one of this second's; false if they are used up.</summary>
    public bool Take()
    {
        int limit = layer.Settings.ChallengeAckLimit;
        if (limit is > 0 and < int.MaxValue)
        {
            long second = layer.Host.Loop.Now.Nanoseconds / 1_000_000_000;
            if (second != _second)
            {
                // By chance, as who can use up a limit that he knows learns from what is left whether others are challenged (CVE-2016-5696).
                _second = second;
                _chance ??= layer.Host.Random("tcp/challenge");
                _left = (limit + 1) / 2 + _chance.Next(limit);
            }

            if (_left <= 0)
            {
                return false;
            }

            _left--;
        }

        layer.Counters.ChallengeAcks++;
        return true;
    }
}
