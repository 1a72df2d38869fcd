using Mail.Tests.Fixtures;
using Mail.Tests.Page;

[assembly: AssemblyFixture(typeof(TestServers))]
[assembly: AssemblyFixture(typeof(Browser))]
// Two cores run the servers, the services, the browser and the tests.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
