using Mail.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(TestServers))]
// Half of these tests' time is waiting: two collections at once, each with systems of its own. More would wait for the two cores.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]
