namespace Mail.Bench.Subjects;

/// <summary>The message that is scheduled. MassTransit takes a property of this name for the message's correlation id.</summary>
public sealed record Reminder(Guid CorrelationId, string Text)
{
    private static readonly string _text = string.Concat(Enumerable.Repeat("Your appointment is tomorrow. ", 10));

    internal static Reminder New() => new(Guid.CreateVersion7(), _text);
}

/// <summary>A message, and when it is to be sent.</summary>
internal readonly record struct Planned(Reminder Message, DateTimeOffset Due);
