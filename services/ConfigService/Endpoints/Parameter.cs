using System.Text.Json.Nodes;
using Mail.Store;

namespace Mail.ConfigService.Endpoints;

/// <summary>
/// A query parameter, a header or a part of a path. What an endpoint declares in its metadata, <c>Query</c> holds requests to; the OpenAPI
/// document describes it.
/// </summary>
/// <param name="Name">As requests write it.</param>
/// <param name="Description">What it means.</param>
/// <param name="Type">
/// The type of its value: a <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="Guid"/> or
/// <see cref="DateTimeOffset"/>.
/// </param>
internal sealed record Parameter(string Name, string Description, Type Type)
{
    /// <summary>Whether it is a header.</summary>
    internal bool IsHeader { get; init; }

    /// <summary>Whether it is a part of the path: an endpoint's own in place of that of <see cref="Shared"/>.</summary>
    internal bool IsPath { get; init; }

    /// <summary>A regular expression that a text matches; null for any.</summary>
    internal string? Pattern { get; init; }

    /// <summary>A value; null for none.</summary>
    internal JsonNode? Example { get; init; }

    /// <summary>A few words, where it may be given several times, each time with one of them; null otherwise.</summary>
    internal WordsAttribute? Words { get; init; }

    /// <summary>The value where it is left out; null where there is none.</summary>
    internal object? Default { get; init; }

    /// <summary>The least number, or the least characters of a text; null for no limit.</summary>
    internal int? Min { get; init; }

    /// <summary>The largest number, or the most characters of a text; null for no limit.</summary>
    internal int? Max { get; init; }

    // Of a client, of a template and of a request.
    private const string SaneName = @"^[A-Za-z0-9._\-]{1,128}$";

    /// <summary>Taken by every endpoint.</summary>
    internal static Parameter RequestId { get; } = new(
        "X-Request-Id", "The caller's own id for this request; the answer carries it. One that is not sane is replaced.", typeof(string))
        { IsHeader = true, Min = 1, Max = 128, Pattern = SaneName };

    /// <summary>What means the same wherever a path or a request has it.</summary>
    internal static IReadOnlyList<Parameter> Shared { get; } =
    [
        new("client_id", "The caller's own name for a client.", typeof(string))
            { IsPath = true, Min = 1, Max = 128, Pattern = SaneName, Example = "acme" },
        new("name", "The client's own name for a template.", typeof(string))
            { IsPath = true, Min = 1, Max = 128, Pattern = SaneName, Example = "welcome" },
        new("key", "The key of an item of the client's config.", typeof(string)) { IsPath = true, Min = 1, Max = 128, Example = "monday" },
        new("id", "The id that an answer gave.", typeof(Guid)) { IsPath = true, Example = "019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01" },
        RequestId,
    ];

    internal static Parameter Limit { get; } =
        new("limit", "How many items a page has at most.", typeof(int)) { Min = 1, Max = 500, Default = 50 };

    internal static Parameter Cursor { get; } = new("cursor", "`next_cursor` of the page before.", typeof(string));

    internal static Parameter IfMatch { get; } = new(
        "If-Match",
        "The `ETag` that the config is believed to have, for example `\"3\"`, or `*` for any. At another revision nothing changes, and the "
        + "answer is 412.",
        typeof(string)) { IsHeader = true };

    internal static Parameter IdempotencyKey { get; } = new(
        "Idempotency-Key",
        "Makes a repetition safe: the same key and body answers as the first time, until 24 hours after its e-mails are final. Keys are "
        + "per client.",
        typeof(string)) { IsHeader = true, Min = 1, Max = 255 };

    internal static Parameter DryRun(string description) => new("dry_run", description, typeof(bool)) { Default = false };
}
