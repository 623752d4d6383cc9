using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>Sending that connects: MSG_FASTOPEN, and the first data after a connect that TCP_FASTOPEN_CONNECT has put off.</summary>
internal static class FastOpenSend
{
    /// <summary>Whether a call is one of these.</summary>
    public static bool Applies(OpenFile file, int flags) =>
        file is TcpFile stream && ((flags & Symbols.MSG_FASTOPEN) != 0 || stream.IsConnectDeferred);

    /// <summary>Begins the call.</summary>
    /// <param name="file">The socket.</param>
    /// <param name="data">What to send.</param>
    /// <param name="flags">The call's flags.</param>
    /// <param name="to">The address as the script gives it; null where the call has none.</param>
    /// <param name="context">The process.</param>
    public static Attempt Begin(TcpFile file, byte[] data, int flags, Expression? to, CallContext context)
    {
        var given = to is null || Values.IsAny(to) ? null : Values.Address(to);
        bool hasAddress = to is not null and not SymbolExpression { Name: "NULL" };
        var remote = new InetEndpoint(given?.Address ?? context.Addressing.Remote, given?.Port ?? context.Addressing.RemotePort);
        bool waits = !file.IsNonBlocking && (flags & Symbols.MSG_DONTWAIT) == 0;
        if (given is { Family: 0 })
        {
            return () => CallOutcome.Fail("EOPNOTSUPP");
        }

        return new Call(file, data, flags & ~Symbols.MSG_FASTOPEN, hasAddress ? remote : null, waits).Try;
    }

    private sealed class Call(TcpFile file, byte[] data, int flags, InetEndpoint? remote, bool waits)
    {
        private bool _begun;
        private bool _connecting;
        private int _sent;

        public CallOutcome? Try()
        {
            if (!_begun)
            {
                _begun = true;
                var outcome = file.ConnectWithData(remote, data, waits, out _sent);
                if (outcome.Error == "EINPROGRESS" && !waits)
                {
                    return _sent > 0 ? new CallOutcome(_sent, null) : outcome;
                }

                if (outcome.Error is not (null or "EINPROGRESS" or "EALREADY") || (outcome.Error == "EALREADY" && !waits))
                {
                    return outcome;
                }

                _connecting = outcome.Error is not null;
            }

            if (_connecting)
            {
                var outcome = file.Connect(default);
                if (outcome.Error is "EALREADY" or "EINPROGRESS")
                {
                    return null;
                }

                if (outcome.Error is not null)
                {
                    return outcome;
                }

                _connecting = false;
            }

            return SendRest();
        }

        private CallOutcome? SendRest()
        {
            while (_sent < data.Length)
            {
                var outcome = file.Send(data.AsSpan(_sent), flags);
                if (outcome.IsAgain && waits)
                {
                    return null;
                }

                if (outcome.Error is not null)
                {
                    return _sent > 0 ? new CallOutcome(_sent, null) : outcome;
                }

                _sent += (int)outcome.Value;
            }

            return new CallOutcome(_sent, null);
        }
    }
}
