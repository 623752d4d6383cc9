using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Running;

/// <summary>A system call that waits.</summary>
/// <param name="source">The event.</param>
/// <param name="call">The call.</param>
/// <param name="attempt">Tries to end it.</param>
/// <param name="end">When it is to come back.</param>
/// <param name="tolerance">By how much it may miss that time.</param>
internal sealed class PendingCall(ScriptEvent source, CallAction call, Attempt attempt, Instant end, Duration tolerance)
{
    /// <summary>The event.</summary>
    public ScriptEvent Event => source;

    /// <summary>Tries to end the call.</summary>
    /// <returns>Whether it has come back, with what the script says and in time.</returns>
    public bool TryEnd(Instant now)
    {
        if (attempt() is not { } outcome)
        {
            return false;
        }

        CallVerdict.Verify(call, outcome);
        now = outcome.At ?? now;
        if (now < end - tolerance || now > end + tolerance)
        {
            throw new ScriptFailure($"{call.Name} to come back at {end} (give or take {tolerance})", $"that it came back at {now}");
        }

        return true;
    }
}

/// <summary>Whether a call came back with what the script says.</summary>
internal static class CallVerdict
{
    public static void Verify(CallAction call, CallOutcome outcome)
    {
        bool same = call.Error is null
            ? outcome.Error is null && (Values.IsAny(call.Result) || Values.TryNumber(call.Result) == outcome.Value)
            : outcome.Error is { } error && (error == call.Error || Errno.NumberOf(error) == Errno.NumberOf(call.Error));

        // A script may leave the error's name out: = -1.
        same |= call.Error is null && outcome.Error is not null && Values.TryNumber(call.Result) == -1;
        if (!same)
        {
            throw new ScriptFailure($"{call.Name} = {call.Result}{(call.Error is null ? "" : " " + call.Error)}", outcome.ToString());
        }
    }
}
