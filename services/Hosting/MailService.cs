using System.Text.Json.Serialization;
using Mail.Store;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace Mail.Hosting;

/// <summary>What every service has: logs, metrics, health, its store, and its name.</summary>
public static class MailService
{
    /// <summary>Adds the service defaults.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="maxConnections">The most PostgreSQL connections that one instance takes.</param>
    public static WebApplicationBuilder AddMailDefaults(this WebApplicationBuilder builder, int maxConnections)
    {
        builder.Configuration.AddSecretFiles();
        builder.Configuration.TrimSettings();
        builder.Configuration.CheckSettings();
        builder.AddMailLogging();
        // Every message is kept in a row and travels twice: MassTransit's indented envelope with its nulls is a fifth larger.
        SystemTextJsonMessageSerializer.Options = new(SystemTextJsonMessageSerializer.Options)
        {
            WriteIndented = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        var instance = Instance.From(builder.Configuration);
        builder.Services.AddSingleton(instance);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddMailStore(Postgres.DataSource(builder.Configuration, instance, maxConnections));
        builder.Services.AddHostedService<StoreSchemaAtStart>();
        builder.Services.RenewPlans(services => services.GetRequiredService<NpgsqlDataSource>());
        builder.Services.AddHealthChecks().AddCheck<PostgresHealth>("postgres", tags: ["ready"]);
        builder.AddTelemetry();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = GraceTime.OfServices);
        return builder;
    }

    /// <summary>Adds the bus, with what <paramref name="configure"/> registers on it.</summary>
    public static WebApplicationBuilder AddMailBus(
        this WebApplicationBuilder builder,
        Action<IBusRegistrationConfigurator> configure,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? endpoints = null)
    {
        // Where it can't be read, that is said now, and not by the bus in the middle of its own start.
        RabbitMq.Check(builder.Configuration);
        builder.Services.AddMassTransit(bus =>
        {
            // Nothing of an installation is told to anyone, MassTransit's authors included.
            bus.DisableUsageTelemetry();
            configure(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.HostFrom(builder.Configuration);
                endpoints?.Invoke(context, rabbit);
            });
        });
        BoundedBus.Replace(builder.Services);
        builder.Services.Configure<MassTransitHostOptions>(options => options.StopTimeout = GraceTime.OfServices);
        return builder;
    }

    /// <summary>Runs the service until it is told to stop, also where that happens while it is still starting.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="SettingException">Its port is taken.</exception>
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        GraceTime.Watch(app.Logger, stopping);
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Its start was interrupted: there is nothing to be sorry for.
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new SettingException(
                "ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS names a port that another program has taken: set another one, or stop "
                + "that program.",
                exception);
        }

        return 0;
    }

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
    /// <exception cref="SettingException"><c>METRICS_KEY</c> is too short.</exception>
    public static WebApplication MapMailDefaults(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = HealthAnswer.WriteLiveAsync });
        app.MapHealthChecks("/health/ready",
            new() { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = HealthAnswer.WriteAsync });
        var key = MetricsKey.From(app.Configuration);
        app.MapPrometheusScrapingEndpoint("/metrics",
            meterProvider: null, configureBranchedPipeline: metrics => key?.Guard(metrics), optionsName: null);
        return app;
    }
}
