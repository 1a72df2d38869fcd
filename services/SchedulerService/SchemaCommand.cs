using Mail.Hosting;
using Mail.Store;
using Npgsql;

namespace Mail.SchedulerService;

/// <summary>
/// <c>--apply-schema</c>: brings the schema up to date and ends, for installations whose services have roles of their own and may
/// change no table. The connection string is the owner's.
/// </summary>
internal static class SchemaCommand
{
    /// <summary>Whether the arguments ask for this rather than for the service.</summary>
    internal static bool Wanted(string[] args) => args is ["--apply-schema"];

    /// <summary>Applies what is missing, and grants each service's role what it needs, where there are such roles.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddMailDefaults(maxConnections: 2);
        await using var app = builder.Build();
        var schema = app.Services.GetRequiredService<StoreSchema>();
        await schema.ApplyAsync(CancellationToken.None);
        if (RetentionPolicy.From(builder.Configuration).Keep is not null)
        {
            await using var connection = await app.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
            await Retention.PrepareAsync(connection, CancellationToken.None);
        }

        await Console.Out.WriteLineAsync("The schema is up to date.");
        await Console.Out.WriteLineAsync(await schema.GrantAsync(CancellationToken.None)
            ? "The roles mail_config, mail_scheduler and mail_sender have what each service needs."
            : "There are no roles mail_config, mail_scheduler and mail_sender: every service connects as the owner.");
        return 0;
    }
}
