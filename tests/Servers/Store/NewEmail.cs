using Mail.Store;

namespace Mail.Tests.Servers.Store;

/// <summary>An e-mail as it is when it has just been scheduled.</summary>
internal static class NewEmail
{
    internal static (ScheduledEmail Email, EmailBody Body) Due(DateTimeOffset due, string text)
    {
        var body = EmailBody.Create("acme", new() { Text = text });
        var email = new ScheduledEmail
        {
            Id = Guid.CreateVersion7(),
            ClientId = "acme",
            Source = EmailSource.OneOff,
            To = ["ada@example.com"],
            Subject = "Hello",
            BodyId = body.Id,
            ScheduledDatetime = due,
            DueAt = due,
            SendBefore = due.AddHours(72),
            CreatedAt = due,
            Timeline = [new(due, "scheduled", null, "config-1")],
        };
        return (email, body);
    }
}
