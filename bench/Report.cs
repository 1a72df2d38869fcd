using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mail.Bench;

/// <summary>What a scenario found. The first subject is ours, and the one that the others are compared with.</summary>
internal sealed record Report(string Scenario, Machine Machine, IReadOnlyList<SubjectResult> Subjects, IReadOnlyList<string> Caveats)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal string ToJson() => JsonSerializer.Serialize(
        new
        {
            Scenario,
            Machine,
            Subjects = Subjects.Select(subject => new
            {
                subject.Subject,
                Figures = subject.Figures.Select(
                    figure => new { Measure = figure.Measure.Name, figure.Measure.Unit, figure.N, Value = Math.Round(figure.Value, 3) }),
            }),
            Caveats,
        },
        _json);

    internal string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(Machine.ToString()).AppendLine();
        foreach (var row in Aligned([.. Rows()]))
            text.AppendLine(row);
        text.AppendLine();
        text.AppendLine("In brackets: of how many messages. ×: how many times better ours is.");
        foreach (var caveat in Caveats)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {caveat}");
        return text.ToString();
    }

    private IEnumerable<string[]> Rows()
    {
        var ours = Subjects[0];
        var peers = Subjects.Skip(1).ToArray();
        yield return ["", ours.Subject, .. peers.SelectMany(peer => new[] { peer.Subject, "×" })];
        yield return [.. Enumerable.Repeat("-", 2 + (2 * peers.Length))];
        foreach (var measure in Subjects.SelectMany(subject => subject.Figures).Select(figure => figure.Measure).Distinct())
        {
            yield return
            [
                $"{measure.Name}, {measure.Unit}",
                Cell(ours.Of(measure)),
                .. peers.SelectMany(peer => new[] { Cell(peer.Of(measure)), Ratio(ours.Of(measure), peer.Of(measure)) }),
            ];
        }
    }

    private static string Cell(Figure? figure) =>
        figure is null
            ? "–"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{figure.Value.ToString($"N{figure.Measure.Decimals}", CultureInfo.InvariantCulture)} ({figure.N:N0})");

    private static string Ratio(Figure? ours, Figure? peer)
    {
        if (ours is null || peer is null || ours.Measure.Better == Better.Neither || ours.Value <= 0 || peer.Value <= 0)
            return "–";
        var ratio = ours.Measure.Better == Better.Higher ? ours.Value / peer.Value : peer.Value / ours.Value;
        return ratio.ToString(ratio < 10 ? "N1" : "N0", CultureInfo.InvariantCulture);
    }

    /// <summary>A Markdown table that is also one to the eye.</summary>
    private static IEnumerable<string> Aligned(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            yield return $"| {string.Join(" | ", row.Select((cell, column) =>
                cell == "-" ? (column == 0 ? new string('-', widths[0]) : new string('-', widths[column] - 1) + ":")
                : column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column])))} |";
        }
    }
}
