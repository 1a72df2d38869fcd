using Mail.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
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
    internal static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Environment.ApplicationName, "Mail", serviceInstanceId: Instance.From(builder.Configuration).Name, autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics
                .AddMeter("Mail", SchedulerMetrics.MeterName, "MassTransit", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(Tracing.Source.Name, SchedulerTracing.SourceName, "MassTransit", "Npgsql").AddAspNetCoreInstrumentation().AddOtlpExporter());
    }
}
