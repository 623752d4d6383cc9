namespace Catenet.Core;

/// <summary>How near a timer is to its turn when it is told to fetch what it will need (see <see cref="LoopTimer.Anticipate"/>).</summary>
/// <remarks>What one step asked for has come by the next, so that a chain of objects is fetched a link a step and nobody waits.</remarks>
public enum AnticipationStep
{
    /// <summary>About the second next to fire. Its own fields have been fetched.</summary>
    Soon,

    /// <summary>The next to fire.</summary>
    Next,

    /// <summary>The next to fire, a little later.</summary>
    Imminent,
}
