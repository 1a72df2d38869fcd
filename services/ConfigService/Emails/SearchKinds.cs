using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>What a search by kind finds, as conditions on the e-mail <c>e</c>. The overview counts by the same conditions.</summary>
internal static class SearchKinds
{
    /// <summary>Neither resent nor dismissed.</summary>
    internal const string Undecided = "undecided";

    /// <summary>Pending, and due for more than two seconds or tried before.</summary>
    internal const string Late = "late";

    /// <summary>Late, and held back.</summary>
    internal const string Held = "held";

    /// <summary>Late, not held back, and tried before.</summary>
    internal const string Retrying = "retrying";

    /// <summary>Late, not held back, and never tried.</summary>
    internal const string Waiting = "waiting";

    /// <summary>Pending, and due within the hour.</summary>
    internal const string Soon = "soon";

    /// <summary>Stands for the verdict of an error that has none: an older version wrote it.</summary>
    internal const string NoVerdict = "none";

    /// <summary>What a server told an e-mail last, or <see cref="NoVerdict"/>.</summary>
    internal const string Verdict = $"coalesce(e.data->'last_error'->>'verdict', '{NoVerdict}')";

    /// <summary>The domain of the first recipient.</summary>
    internal const string Domain = "lower(rtrim(split_part(e.data->'to'->>0, '@', -1), '> '))";

    /// <summary>Whether it was tried.</summary>
    internal const string WasTried = "((e.data->>'attempts')::int > 0 or e.data ? 'remainder_of')";

    /// <summary>Whether it is held back.</summary>
    internal const string IsHeld = $"(not ({Sql.IsNotHeldAmongMany}))";

    /// <summary>Whether a pending e-mail is late. A healthy system hands over within milliseconds.</summary>
    internal const string IsLate = $"(e.due_at < statement_timestamp() - interval '2 seconds' or {WasTried})";

    private const string IsPendingAndLate = $"e.status = 'pending' and {IsLate}";

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<string> All { get; } = [Undecided, Late, Held, Retrying, Waiting, Soon];

    /// <summary>The condition of a kind, beside that of the walk.</summary>
    internal static string ConditionOf(string kind) => kind switch
    {
        Undecided => Sql.AsksForDecision("e."),
        Held => $"{IsPendingAndLate} and {IsHeld}",
        Retrying => $"{IsPendingAndLate} and {WasTried} and not {IsHeld}",
        Waiting => $"{IsPendingAndLate} and not {WasTried} and not {IsHeld}",
        Soon => "e.status = 'pending' and e.due_at > statement_timestamp() and e.due_at < statement_timestamp() + interval '1 hour'",
        _ => IsPendingAndLate,
    };
}
