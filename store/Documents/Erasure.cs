using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>All that is kept of a client that was erased: how many e-mails it had. Not its id, which may name a person.</summary>
public sealed record Erasure
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The client, while it is being erased; null once nothing is left of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientId { get; init; }

    /// <summary>When it ended or, until then, when it began.</summary>
    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>How many e-mails stood at each <see cref="EmailStatus"/>.</summary>
    public required IReadOnlyDictionary<string, long> Emails { get; init; }

    /// <summary>With more e-mails, by where they stood. What was pending has been cancelled by the erasure.</summary>
    public Erasure With(IEnumerable<KeyValuePair<string, long>> erased)
    {
        var counts = new Dictionary<string, long>(Emails, StringComparer.Ordinal);
        foreach (var (status, count) in erased)
        {
            var counted = status == EmailStatus.Pending ? EmailStatus.Cancelled : status;
            counts[counted] = counts.GetValueOrDefault(counted) + count;
        }

        return this with { Emails = counts };
    }
}
