using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>What a search asks of each e-mail <c>e</c> on its way.</summary>
internal static class SearchFilter
{
    private const string Recipients = "lower(concat(e.data->'to', e.data->'cc', e.data->'bcc'))";

    /// <summary>That it is a client's.</summary>
    internal const string OfClient = "e.client_id = @client";

    /// <summary>That it is pending.</summary>
    internal const string IsPending = "e.status = 'pending'";

    /// <summary>The range of its due time.</summary>
    internal static IEnumerable<string> DueOf(EmailSearch.Wanted wanted)
    {
        if (wanted.DueFrom is not null)
            yield return "e.scheduled_datetime >= @due_from";
        if (wanted.DueTo is not null)
            yield return "e.scheduled_datetime < @due_to";
    }

    /// <summary>The conditions that a walk does not hold by itself, as a <c>where</c>; empty where there are none.</summary>
    internal static string Beside(SearchWalk walk, EmailSearch.Wanted wanted)
    {
        var conditions = All(wanted).Except(walk.Conditions, StringComparer.Ordinal).ToList();
        return conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
    }

    private static List<string> All(EmailSearch.Wanted wanted)
    {
        var conditions = new List<string>();
        if (wanted.ClientId is not null)
            conditions.Add(OfClient);
        if (wanted.Recipient is not null && !IsWhole(wanted.Recipient))
            conditions.Add(HasRecipient("@recipient", wanted.Recipient));
        if (wanted.Key is not null)
            conditions.Add("e.key = @key");
        if (wanted.Subject is not null)
            conditions.Add("strpos(lower(e.data->>'subject'), lower(@subject)) > 0");
        if (wanted.Statuses.Count > 0)
            conditions.Add(wanted.Statuses is [EmailStatus.Pending] ? IsPending : "e.status = any(@statuses)");
        conditions.AddRange(DueOf(wanted));
        if (wanted.Kind is not null)
            conditions.Add(SearchKinds.ConditionOf(wanted.Kind));
        if (wanted.Verdict is not null)
            conditions.Add($"{SearchKinds.Verdict} = @verdict");
        if (wanted.Domain is not null)
            conditions.Add($"{SearchKinds.Domain} = @domain");
        if (wanted.Reason is not null)
        {
            conditions.Add(
                "strpos(lower(concat_ws(' ', e.data->'last_error'->>'reply', e.data->'last_error'->>'hint', "
                + "e.data->'last_error'->>'verdict', e.data->>'reason')), @reason) > 0");
        }

        if (wanted.Words.Count > 0)
        {
            conditions.Add(
                "(select bool_and(strpos(lower(e.data->>'subject'), word) > 0 "
                + $"or {HasRecipient("word", string.Concat(wanted.Words))}) from unnest(@words) word)");
        }

        if (wanted.Dismissed is { } dismissed)
            conditions.Add($"e.data->>'dismissed' is {(dismissed ? "not " : "")}null");
        return conditions;
    }

    // To take mailboxes apart costs more than all else, so that it is done where the text has the part at all. In JSON two characters are
    // written otherwise.
    private static string HasRecipient(string part, string text) =>
        (text.AsSpan().ContainsAny('"', '\\') ? "" : $"strpos({Recipients}, {part}) > 0 and ")
        + $"exists (select from {MailRegistry.Schema}.recipients(e.data) address where strpos(address, {part}) > 0)";

    /// <summary>Whether it is a whole address, and not a part of one.</summary>
    internal static bool IsWhole(string? recipient) =>
        recipient is not null && recipient.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && recipient.IndexOf('.', at) > at;
}
