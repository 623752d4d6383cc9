namespace Catenet.Interop.Oracle;

/// <summary>Keeps the oracle apart from the tests that start programs: it runs when they are through.</summary>
[CollectionDefinition(OracleTests.AloneInTheProcess, DisableParallelization = true)]
public sealed class OracleCollection;
