// For .NET developers: the three services under Aspire, with its dashboard for logs, metrics and traces. From the checkout:
//
//   dotnet run --project tools/Mail.AppHost
//
// PostgreSQL and RabbitMQ are those of ./mail, as processes under obj/servers; they are stopped with the host, and keep their data.
// E-mail goes where SMTP_HOST says. Without one the senders say what they lack, and e-mail waits.

using Mail.Local.Servers;

var root = Path.GetFullPath(Path.Combine(SourceFile(), "..", "..", ".."));
var servers = new ServerPair(Directory.CreateDirectory(Path.Combine(root, "tools", "Mail.AppHost", "obj", "servers")).FullName);
await servers.StartAsync();
try
{
    var builder = DistributedApplication.CreateBuilder(args);
    Service<Projects.ConfigService>("config", 8080);
    Service<Projects.SchedulerService>("scheduler", 8180);
    Service<Projects.SenderService>("sender", 8280);
    await builder.Build().RunAsync();

    void Service<TProject>(string name, int port)
        where TProject : IProjectMetadata, new() => builder
        .AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true)
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
