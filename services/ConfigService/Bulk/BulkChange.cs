using System.Text.Json;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Bulk;

/// <summary>What is to be done, and to which e-mails.</summary>
/// <param name="Action">One of <see cref="BulkAction"/>.</param>
/// <param name="Ids">The e-mails, each once; null where a filter finds them.</param>
/// <param name="Filter">What finds them; null where their ids are given.</param>
/// <param name="To">For a move: when to send them instead.</param>
/// <param name="By">For a move: by how much later, or earlier where it is negative.</param>
internal sealed record BulkChange(
    string Action, IReadOnlyList<Guid>? Ids, EmailSearch.Wanted? Filter, DateTimeOffset? To = null, TimeSpan? By = null)
{
    /// <summary>The most e-mails of one request.</summary>
    internal const int MaxEmails = 10_000;

    // A hundred years: no time can be further ahead, and none that is worth a move further back.
    private const long MaxSeconds = 3_155_760_000;
    private const int MaxName = 128;

    private static readonly string[] _filterFields = ["client_id", "status", "due_from", "due_to", "key", "recipient", "subject"];

    /// <summary>Reads a body. What is wrong goes to <paramref name="errors"/>, and the result is then not to be used.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="clientId">The client whose e-mails alone are meant; null for all.</param>
    /// <param name="errors">Collects what is wrong.</param>
    internal static BulkChange Read(ReadOnlyMemory<byte> body, string? clientId, Errors errors)
    {
        var fields = new ObjectReader(body, errors, "action", "ids", "filter", "scheduled_datetime", "by_seconds");
        if (!fields.IsObject)
            return new("", null, null);
        var action = fields.Text("action", MaxName, required: true) ?? "";
        if (fields.Has("action") && !BulkAction.All.Contains(action, StringComparer.Ordinal))
            errors.Add("/action", $"must be one of {string.Join(", ", BulkAction.All)}");
        if (fields.Has("ids") == fields.Has("filter"))
        {
            errors.Add(
                "", fields.Has("ids") ? "has both ids and filter: give one of them" : "has neither ids nor filter: give one of them",
                ProblemCodes.ConflictingFields);
        }

        return new(
            action,
            fields.Has("ids") ? Distinct(fields) : null,
            fields.Value("filter") is { } filter ? ReadFilter(filter, clientId, errors) : null,
            ReadTo(fields, action),
            ReadBy(fields, action));
    }

    private static List<Guid> Distinct(ObjectReader fields)
    {
        var ids = new List<Guid>();
        foreach (var (element, pointer) in fields.Items("ids"))
        {
            if (!JsonText.TryString(element, pointer, fields.Errors, out var text))
                continue;
            if (Guid.TryParseExact(text, "D", out var id))
                ids.Add(id);
            else
                fields.Errors.Add(pointer, "is not the id of an e-mail");
        }

        if (ids.Count == 0 && !fields.Errors.Any)
            fields.Errors.Add("/ids", "must name at least one e-mail");
        return [.. ids.Distinct()];
    }

    private static EmailSearch.Wanted ReadFilter(JsonElement element, string? clientId, Errors errors)
    {
        var fields = new ObjectReader(element, "/filter", errors, _filterFields);
        if (fields.IsObject && clientId is null && !_filterFields.Any(fields.Has))
            errors.Add("/filter", "must say something: one that finds every e-mail of every client is not meant");
        var client = fields.Line("client_id", MaxName);
        if (client is not null && clientId is not null && client != clientId)
            errors.Add("/filter/client_id", "is another client than the path's", ProblemCodes.ConflictingFields);
        var statuses = new List<string>();
        foreach (var (each, pointer) in fields.Items("status"))
        {
            if (!JsonText.TryString(each, pointer, errors, out var status))
                continue;
            if (EmailStatus.All.Contains(status, StringComparer.Ordinal))
                statuses.Add(status);
            else
                errors.Add(pointer, $"must be one of {string.Join(", ", EmailStatus.All)}");
        }

        if (fields.Has("status") && statuses.Count == 0 && !errors.Any)
            errors.Add("/filter/status", "must name at least one status");
        return new()
        {
            ClientId = clientId ?? client,
            Statuses = [.. statuses.Distinct(StringComparer.Ordinal)],
            DueFrom = fields.Time("due_from"),
            DueTo = fields.Time("due_to"),
            Key = fields.Line("key", ConfigItemInput.MaxKey),
            Recipient = NotEmpty(fields, "recipient"),
            Subject = NotEmpty(fields, "subject"),
        };
    }

    // What is empty is a part of everything.
    private static string? NotEmpty(ObjectReader fields, string field)
    {
        var text = fields.Line(field, EmailFields.MaxSubject);
        if (text is { Length: 0 })
            fields.Errors.Add(fields.Pointer(field), "must not be empty");
        return text;
    }

    private static DateTimeOffset? ReadTo(ObjectReader fields, string action)
    {
        if (action == BulkAction.Move && fields.Has("scheduled_datetime") == fields.Has("by_seconds"))
        {
            fields.Errors.Add(
                "", $"{(fields.Has("by_seconds") ? "has both" : "has neither")} scheduled_datetime and by_seconds: give one of them",
                ProblemCodes.ConflictingFields);
        }
        else if (action != BulkAction.Move && (fields.Has("scheduled_datetime") || fields.Has("by_seconds")))
        {
            fields.Errors.Add("", "has a time, which is for move alone", ProblemCodes.ConflictingFields);
        }

        return fields.Time("scheduled_datetime");
    }

    private static TimeSpan? ReadBy(ObjectReader fields, string action)
    {
        if (fields.Value("by_seconds") is not { } value || action != BulkAction.Move)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && seconds is not 0 and >= -MaxSeconds and <= MaxSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        fields.Errors.Add("/by_seconds", "must be a whole number of seconds other than 0, of a hundred years at the most");
        return null;
    }
}
