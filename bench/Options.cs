using System.Globalization;
using Mail.Bench.Email;
using Mail.Bench.Scheduler;

namespace Mail.Bench;

/// <summary>What the command line asked for.</summary>
/// <param name="Scenario">One of the names in <see cref="Usage"/>.</param>
/// <param name="Json">JSON in place of the table.</param>
/// <param name="Quick">A tenth of the work: to see that it runs, not for numbers to show.</param>
/// <param name="Only">Runs one subject alone; null for all.</param>
/// <param name="Burst">How many are due at once, for every subject; null for what each can do in good time.</param>
internal sealed record Options(string Scenario, bool Json, bool Quick, string? Only, int? Burst)
{
    /// <summary>The scenario where none was named: every one of whole e-mails.</summary>
    internal const string Everything = "email";

    internal const string Usage = """
        bench [scheduler|limits|save|api|cancel|burst|attachments|lateness|page|growth|footprint]
            [--json] [--quick] [--only ours|quartz|hangfire] [--burst N]
        """;

    /// <summary>Null where the arguments make no sense.</summary>
    internal static Options? Parse(string[] args)
    {
        var named = args is [var first, ..]
            && (first is SchedulerScenario.Name or LimitsScenario.Name || EmailScenarios.Names.Contains(first, StringComparer.Ordinal));
        var options = new Options(named ? args[0] : Everything, Json: false, Quick: false, Only: null, Burst: null);
        for (var i = named ? 1 : 0; i < args.Length; i++)
        {
            var value = args.ElementAtOrDefault(i + 1);
            switch (args[i])
            {
                case "--json":
                    options = options with { Json = true };
                    break;
                case "--quick":
                    options = options with { Quick = true };
                    break;
                case "--only" when value is "ours" or "quartz" or "hangfire":
                    options = options with { Only = args[++i] };
                    break;
                case "--burst" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var burst) && burst > 0:
                    options = options with { Burst = burst };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
