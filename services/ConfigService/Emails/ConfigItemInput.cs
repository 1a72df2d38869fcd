using System.ComponentModel.DataAnnotations;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>One item of a config.</summary>
internal sealed record ConfigItemInput : EmailInput
{
    internal const int MaxKey = 128;

    internal ConfigItemInput(EmailContent content)
        : base(content)
    {
    }

    /// <summary>Names the item within the config, once; derived from its content where left out.</summary>
    [StringLength(MaxKey, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)]
    public string? Key { get; init; }

    /// <summary>
    /// When to send it, with an offset. It, or <c>scheduled_local</c>, is required. A new or changed item that is due more than an hour ago
    /// is refused.
    /// </summary>
    public override DateTimeOffset? ScheduledDatetime { get; init; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    public Guid? Id { get; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    public string? Status { get; }
}
