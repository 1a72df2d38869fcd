using Npgsql;

namespace Mail.Hosting;

internal static class Postgres
{
    // What every connection begins with. Not as start-up options, which PgBouncer refuses.
    // Hot statements are planned once: for a claim of a few ids PostgreSQL would plan anew each time, which takes longer than the claim.
    // They are not compiled: a plan that does not know how little is due looks dear once the tables are large, and the compiler took
    // 7 ms of every claim of a timer. And each sees what others have committed, whatever the role's default is.
    // What does not fit into the server's memory goes to the disk as it is written, 32 pages at a time: left to the operating system,
    // hundreds of megabytes of attachments went there at the end of a checkpoint, and every commit waited for a second. Not every server
    // knows this setting (https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-BACKEND-FLUSH-AFTER).
    private const string Session = """
        set plan_cache_mode = force_generic_plan; set jit = off;
        set session characteristics as transaction isolation level read committed;
        select set_config(name, least(32, max_val::int)::text, false) from pg_settings where name = 'backend_flush_after'
        """;

    /// <summary>
    /// One pool an instance and host, bounded, so that any number of instances have a number of connections to plan with.
    /// </summary>
    internal static NpgsqlDataSource DataSource(IConfiguration configuration, Instance instance, int maxConnections)
    {
        var builder = Address(configuration);
        builder.ApplicationName = instance.Name;
        builder.MaxPoolSize = maxConnections;
        builder.Timezone = "UTC";
        // Hot statements are prepared by themselves once they have been seen a few times.
        builder.MaxAutoPrepare = 40;
        builder.AutoPrepareMinUsages = 3;
        // Nothing sets what would outlive its transaction. The reset would be three statements for each use of a connection.
        builder.NoResetOnClose = true;
        // Without keepalives a cut that sends no reset leaves the listener deaf until the kernel gives up.
        builder.KeepAlive = 10;
        builder.TcpKeepAlive = true;
        try
        {
            return Build(builder);
        }
        catch (ArgumentException exception)
        {
            // Pairs that each can be read and don't go together.
            throw new SettingException($"ConnectionStrings__Postgres can't be used: {exception.Message}", exception);
        }
    }

    /// <summary>The database's address, with who connects to it.</summary>
    /// <exception cref="SettingException">It is missing, or can't be read.</exception>
    internal static NpgsqlConnectionStringBuilder Address(IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString("Postgres");
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new SettingException(
                "ConnectionStrings__Postgres is not set: set it to the database's address, for example "
                + $"Host=postgres;Database=mail;Username=mail;Password=….{SettingsAtStart.Elsewhere(configuration, "DATABASE_URL")}");
        }

        var address = PostgresAddress.Parse(connectionString);
        // Platforms that make the password up can hand it on, but not put it into a connection string.
        address.Username ??= configuration["POSTGRES_USER"];
        address.Password ??= configuration["POSTGRES_PASSWORD"];
        return address;
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder builder)
    {
        // It is said below where there are several hosts, and makes no sense where there is one.
        builder.TargetSessionAttributes = null;
        if (!builder.Host!.Contains(',', StringComparison.Ordinal))
            return Builder(builder).Build();
        // A primary and its standbys. Which is which is looked up anew every second, since that is what e-mail waits for when
        // a standby has taken over.
        builder.HostRecheckSeconds = 1;
        return Builder(builder).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
    }

    // Named, since metrics tell the pool's name, and its connection string in place of one.
    private static NpgsqlDataSourceBuilder Builder(NpgsqlConnectionStringBuilder builder) =>
        new NpgsqlDataSourceBuilder(builder.ConnectionString) { Name = "mail" }.UsePhysicalConnectionInitializer(
            static connection =>
            {
                using var command = new NpgsqlCommand(Session, connection);
                command.ExecuteNonQuery();
            },
            static async connection =>
            {
                await using var command = new NpgsqlCommand(Session, connection);
                await command.ExecuteNonQueryAsync();
            });
}
