using JasperFx;
using Marten;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Weasel.Core;

namespace Mail.Store;

/// <summary>Registers the documents, the outbox and their schema.</summary>
public static class StoreExtensions
{
    /// <summary>Adds Marten, the timer table and the outbox over one pool of connections.</summary>
    public static IServiceCollection AddMailStore(this IServiceCollection services, NpgsqlDataSource dataSource)
    {
        services.AddSingleton(dataSource);
        services.AddTimerTable();
        services.AddSingleton<Outbox>();
        services.AddSingleton<WakeOverdue>();
        services.AddSingleton<StoreSchema>();
        services.AddSingleton<OutcomeCounter>();
        services.AddMarten(Configure).UseNpgsqlDataSource().UseLightweightSessions();
        return services;
    }

    internal static void Configure(StoreOptions options)
    {
        options.DatabaseSchemaName = MailRegistry.Schema;
        options.UseSystemTextJsonForSerialization(casing: Casing.SnakeCase, configure: json => StoreJson.Configure(json));
        options.Schema.Include<MailRegistry>();
        options.Policies.ForAllDocuments(MailRegistry.AddColumns);
        // StoreSchema applies it at start-up, under a lock; at run time nothing may try.
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.DisableNpgsqlLogging = true;
    }
}
