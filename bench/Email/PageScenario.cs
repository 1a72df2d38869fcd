using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mail.Bench.Email;

/// <summary>How soon each page of the web page answers, with a great many e-mails: half of them pending, the rest at their end.</summary>
internal static partial class PageScenario
{
    internal const string Name = "page";

    private const int Requests = 40;

    // What no caller can do in a hurry: that they have been sent, a few of them in vain.
    private static string Finish(int count) => $"""
        update mail.mt_doc_scheduled_email e
            set status = n.status, data = e.data || jsonb_build_object('status', n.status, 'sent_at', e.data->>'created_at', 'smtp_reply',
                '250 2.0.0 Ok: queued')
        from (select id, case when row_number() over () % 200 = 0 then 'failed' when row_number() over () % 201 = 0 then 'unknown'
            else 'sent' end as status
              from mail.mt_doc_scheduled_email where status = 'pending' order by id limit {count}) n
        where e.id = n.id
        """;

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var ours = (OurSystem)stage.Subject;
        var count = stage.Plan.Pending[^1];
        await ours.FillAsync(count, stage.InAMonth);
        await stage.Database.ExecuteAsync(Finish(count / 2));
        await stage.Database.SettleAsync();
        using var browser = await ours.SignInAsync();
        var anEmail = SomeEmail().Match(await browser.GetStringAsync(new Uri("/emails", UriKind.Relative))).Value;
        var figures = new List<Figure>();
        foreach (var path in new[]
        {
            "/", "/emails", "/emails?recipient=someone@customer.example", "/emails?recipient=nobody@customer.example",
            "/emails?recipient=customer", "/emails?subject=later", "/emails?subject=nothing+like+this", "/emails?client=others",
            "/emails?client=others&subject=nothing+like+this", "/emails?client=others&from=2031-01-01T00:00", "/emails?status=pending",
            "/emails?status=failed&status=unknown", "/emails?status=sent&until=2026-01-01T00:00", "/emails?key=none", anEmail, "/clients",
            "/clients/others", "/clients/others/config", "/check",
        })
        {
            var milliseconds = new List<double>();
            for (var request = 0; request < Requests + 5; request++)
            {
                var started = Stopwatch.GetTimestamp();
                _ = await browser.GetStringAsync(new Uri(path, UriKind.Relative));
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            // The first ones connect and compile.
            var sorted = milliseconds.Skip(5).Order().ToList();
            var shown = path == anEmail ? "/emails/{id}" : path;
            figures.Add(new(new($"page, {count:N0} e-mails: {shown}, median", "ms", Better.Neither, 1), sorted[Requests / 2], Requests));
            figures.Add(
                new(new($"page, {count:N0} e-mails: {shown}, p95", "ms", Better.Neither, 1), sorted[(int)(Requests * 0.95) - 1], Requests));
        }

        return [.. figures];
    }

    [GeneratedRegex("/emails/[0-9a-f-]{36}", RegexOptions.NonBacktracking)]
    private static partial Regex SomeEmail();
}
