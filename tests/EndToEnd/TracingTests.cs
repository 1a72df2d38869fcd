using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>One trace from the request to the server's reply, across the wait.</summary>
public sealed class TracingTests(TestServers servers)
{
    [Fact]
    public async Task A_save_and_what_became_of_its_email_are_one_trace_and_the_timeline_names_it()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var system = await MailSystem.StartAsync(servers, environment: collector.Environment);
        using var api = system.Api;
        var saved = await api.PutAsync(
            "client/acme/email-config",
            new JsonObject { ["emails"] = new JsonArray(Api.Item("welcome", Api.In(TimeSpan.FromSeconds(2)))) });
        var trace = saved.Headers.GetValues("X-Request-Id").Single();
        var email = await api.EmailAsync((string)saved.Json["emails"]![0]!["id"]!, "sent");

        // The claim is of whoever is woken, and so of no one trace.
        var lines = email["timeline"]!.AsArray()
            .ToLookup(line => (string)line!["event"]!, line => (string?)line!["trace_id"], StringComparer.Ordinal);
        Assert.Equal(trace, Assert.Single(lines["scheduled"]));
        Assert.Equal(trace, Assert.Single(lines["sent"]));
        Assert.Null(Assert.Single(lines["sending"]));

        var spans = await Deadline.UntilAsync(
            () => Task.FromResult(collector.Spans.Where(span => span.TraceId == trace).ToList()), IsWhole);
        var request = Assert.Single(spans, span => span is { Service: "ConfigService", Parent: "" });
        Assert.Single(spans, span => span is { Service: "SchedulerService", Name: "send email-config-saved" } && span.Parent == request.Id);
        var wakeup = Assert.Single(spans, span => span is { Service: "SchedulerService", Name: "send send-email" });
        var handOver = Assert.Single(spans, span => span is { Service: "SenderService", Name: "hand over" });
        Assert.Equal(request.Id, handOver.Parent);
        Assert.Equal("end_of_data ended", handOver.Events[^1]);
        var (_, linked) = Assert.Single(handOver.Links);
        // MassTransit's own spans lie between the wake-up and who consumes it.
        var consumed = Assert.Single(spans, span => span.Id == linked);
        Assert.Equal("SenderService", consumed.Service);
        while (consumed.Parent != wakeup.Id)
            consumed = Assert.Single(spans, span => span.Id == consumed.Parent);
    }

    // Each service exports its spans by itself, some seconds later, and each span only when it has ended.
    private static bool IsWhole(List<OtlpReceiver.Span> spans)
    {
        var id = spans.Find(span => span.Name == "hand over")?.Links[0].Id;
        while (spans.Find(span => span.Id == id) is { Name: not "send send-email" } below)
            id = below.Parent;
        return spans.Exists(span => span.Id == id) && spans.Exists(span => span is { Service: "ConfigService", Parent: "" })
            && spans.Exists(span => span.Name == "send email-config-saved");
    }

    [Fact]
    public async Task The_caller_s_own_trace_goes_on()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var system = await MailSystem.StartAsync(servers, environment: collector.Environment);
        using var api = system.Api;
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var id = (string)(await api.PostAsync(
            "client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)),
            ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"))).Json["id"]!;
        await api.EmailAsync(id, "sent");
        await Deadline.UntilAsync(
            () => Task.FromResult(collector.Spans), spans => spans.Any(span => span is { Name: "hand over", TraceId: Trace }));
    }
}
