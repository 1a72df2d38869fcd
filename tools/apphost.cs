#:sdk Aspire.AppHost.Sdk@13.6.4
#:project Mail.Local/Mail.Local.csproj

// For .NET developers: the three services under Aspire, with its dashboard for logs, metrics and traces. From the checkout:
//
//   dotnet run tools/apphost.cs
//
// PostgreSQL and RabbitMQ are those of ./mail, as processes under .run/apphost; they are stopped with the host, and keep their data.
// E-mail goes where SMTP_HOST says. Without one the senders say what they lack, and e-mail waits.

using Mail.Local.Servers;

var root = Path.GetDirectoryName(Path.GetDirectoryName(SourceFile()))!;
var servers = new ServerPair(Directory.CreateDirectory(Path.Combine(root, ".run", "apphost")).FullName);
await servers.StartAsync();
try
{
    var builder = DistributedApplication.CreateBuilder(args);
    Service("config", "ConfigService", 8080);
    Service("scheduler", "SchedulerService", 8180);
    Service("sender", "SenderService", 8280);
    await builder.Build().RunAsync();

    void Service(string name, string project, int port) => builder
        .AddProject(name, Path.Combine(root, "services", project, $"{project}.csproj"), options => options.ExcludeLaunchProfile = true)
        .WithHttpEndpoint(port, name: "http")
        .WithHttpHealthCheck("/health/live")
        .WithEnvironment("ConnectionStrings__Postgres", servers.Postgres.ConnectionString)
        .WithEnvironment("ConnectionStrings__RabbitMq", servers.RabbitMq.Address)
        .WithEnvironment("API_KEY", Environment.GetEnvironmentVariable("API_KEY") ?? "local-development-key")
        .WithEnvironment("INSTANCE_NAME", $"{name}-1");
}
finally
{
    await servers.StopAsync();
}

static string SourceFile([System.Runtime.CompilerServices.CallerFilePath] string file = "") => file;
