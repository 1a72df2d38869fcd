using Mail.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(TestServers))]
// Two cores run the servers, the services and the tests.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
