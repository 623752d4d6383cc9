using Xunit;

// Most of a test's time is spent waiting for programs, not computing.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
