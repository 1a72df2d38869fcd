using System.Diagnostics.Metrics;
using Mail.Store;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PostgresScheduler;

namespace Mail.Hosting;

/// <summary>
/// Metrics at <c>/metrics</c>; and those and traces by OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says to whom. The rest of the
/// exporter's variables are OpenTelemetry's own.
/// </summary>
internal static class Telemetry
{
    // Those of the meters that would also tell hosts and ports (server.address, server.port, network.peer.*). What is kept is all that they
    // have beside these: https://opentelemetry.io/docs/specs/semconv/db/database-metrics/ and
    // https://learn.microsoft.com/en-us/dotnet/core/diagnostics/built-in-metrics-aspnetcore
    private static readonly Dictionary<string, string[]> _tagsKept = new(StringComparer.Ordinal)
    {
        ["Npgsql"] =
        [
            "db.client.connection.pool.name", "db.client.connection.state", "db.system.name", "db.operation.name",
            "db.response.status_code", "error.type",
        ],
        ["Microsoft.AspNetCore.Server.Kestrel"] =
        [
            "network.transport", "network.type", "network.protocol.name", "network.protocol.version", "tls.protocol.version",
            "error.type",
        ],
    };

    internal static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Environment.ApplicationName, "Mail", serviceInstanceId: Instance.From(builder.Configuration).Name,
                autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics
                .AddMeter("Mail", SchedulerMetrics.MeterName, "MassTransit", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddView(WithoutAddresses)
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(Tracing.Source.Name, SchedulerTracing.SourceName, "MassTransit", "Npgsql")
                .AddAspNetCoreInstrumentation().AddOtlpExporter());
    }

    /// <summary>Metrics are for more eyes than the settings are: how the servers are reached is in none of them.</summary>
    private static MetricStreamConfiguration? WithoutAddresses(Instrument instrument) =>
        _tagsKept.TryGetValue(instrument.Meter.Name, out var tags) ? new() { TagKeys = tags } : null;
}
