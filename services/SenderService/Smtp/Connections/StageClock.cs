using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>The step that a conversation is at. How long each took is a metric, and an event of the span that is open.</summary>
internal sealed class StageClock(SmtpStage first)
{
    private static readonly Histogram<double> _duration = new Meter("Mail").CreateHistogram<double>(
        "mail.smtp.stage.duration", "s", "How long the steps of conversations with the server took, those that failed too",
        advice: new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly string[] _names = [.. Enum.GetValues<SmtpStage>().Select(Name)];

    private long _since = Stopwatch.GetTimestamp();

    /// <summary>The step that is being asked for.</summary>
    public SmtpStage Stage { get; private set; } = first;

    /// <summary>The name that people and metrics know a step by, for example <c>rcpt_to</c>.</summary>
    public static string Name(SmtpStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());

    /// <summary>Starts again. What was measured before is dropped.</summary>
    public void Begin(SmtpStage stage) => (Stage, _since) = (stage, Stopwatch.GetTimestamp());

    /// <summary>The step is answered, and the next one begins.</summary>
    public void Next(SmtpStage stage)
    {
        End();
        Begin(stage);
    }

    /// <summary>The step is over.</summary>
    public void End()
    {
        var name = _names[(int)Stage];
        _duration.Record(Stopwatch.GetElapsedTime(_since).TotalSeconds, new KeyValuePair<string, object?>("stage", name));
        if (Activity.Current is { IsAllDataRequested: true } span)
            span.AddEvent(new($"{name} ended"));
    }
}
