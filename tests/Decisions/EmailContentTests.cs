using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.ConfigService;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;
using Mail.Messages;
using Mail.SenderService.Smtp.Settings;
using Mail.Store;
using Mail.Tests.Decisions.ConfigService;

namespace Mail.Tests.Decisions;

/// <summary>What an e-mail says is one record, and whatever is added to it reaches every place that has to know.</summary>
public sealed class EmailContentTests
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly SmtpOptions _smtp = new() { FromEmail = "noreply@example.com", FromName = "Your App" };

    private static readonly EmailContent _content = new()
    {
        To = ["Ada <ada@example.com>"],
        Cc = ["c@example.com"],
        Bcc = ["b@example.com"],
        ReplyTo = ["help@example.com"],
        Subject = "Hello",
        Text = "Hello Ada",
        Html = "<p>Hello Ada</p>",
        Headers = new(StringComparer.Ordinal) { ["X-B"] = "2", ["X-A"] = "1" },
    };

    public static TheoryData<string> Properties =>
        [.. typeof(EmailContent).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];

    public static TheoryData<string> Fields =>
        [.. typeof(EmailFields).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];

    // Computed apart from this code, from the bytes that were hashed before there was an EmailContent.
    [Fact]
    public void Fingerprints_and_body_ids_are_those_that_databases_hold()
    {
        var plain = new EmailContent { To = ["ada@example.com"], Subject = "Hello", Text = "Hello Ada" };
        Assert.Equal("073f1fd675dd81ff7ae69cefd35fe0f86cda679a2b761d03c94ead5a9b371334", _content.Fingerprint(_due, _due.AddHours(1)));
        Assert.Equal("33a7bbc2d332f202d760d06937fd0b74d35d8fce2d5174f593d032ab7427c844", plain.Fingerprint(_due, sendBefore: null));
        Assert.Equal("ca6d1bdfa80fa6bce0044986ecf60eba62796a17a7b8d3f3ed292516c8cebf70", EmailBody.Create("acme", _content).Id);
        Assert.Equal("63f099000e8f63d7c376b51bd301258d63c1d9cce04b0ef896f698059f0dd3d3", EmailBody.Create("acme", plain).Id);
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void What_is_changed_is_a_change_to_a_save(string property) =>
        Assert.NotEqual(_content.Fingerprint(_due, sendBefore: null), Changed(property).Fingerprint(_due, sendBefore: null));

    [Theory]
    [MemberData(nameof(Properties))]
    public void What_is_set_is_stored_and_comes_back_in_a_resend(string property)
    {
        var content = Changed(property);
        var (email, body) = Stored(content);
        Assert.Equal(Json(content), Json(EmailContent.From(Reread(email), Reread(body))));
    }

    // Two e-mails that differ must not share what is stored: the wrong one would be sent.
    [Theory]
    [MemberData(nameof(Properties))]
    public void What_differs_is_not_stored_as_the_same(string property)
    {
        var (email, body) = Stored(_content);
        var (other, itsBody) = Stored(Changed(property));
        Assert.True(
            body.Id != itsBody.Id || Json(EmailContent.From(email, body: null)) != Json(EmailContent.From(other, body: null)),
            $"Neither the e-mail nor the id of its body tells {property} apart.");
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void What_is_set_is_in_the_answers(string property)
    {
        var (email, body) = Stored(Changed(property));
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
        var answer = JsonSerializer.SerializeToElement(new EmailView(email, body, SendingConditions.Nothing), MailJson.Options);
        Assert.Equal(JsonSerializer.Serialize(Value(Changed(property), property), MailJson.Options), answer.GetProperty(name).GetRawText());
        var item = JsonSerializer.SerializeToElement(
            new ConfigItemView(new("key", email.Id, "", _due, SendBefore: null), email, body, TimeZones.BuiltIn), MailJson.Options);
        Assert.Equal(answer.GetProperty(name).GetRawText(), item.GetProperty(name).GetRawText());
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public async Task What_is_set_is_read_from_a_request_and_described(string property)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
        var errors = new Errors();
        var request = new JsonObject { ["to"] = new JsonArray("ada@example.com"), ["subject"] = "Hello", ["text"] = "Hello Ada" };
        request[name] = JsonSerializer.SerializeToNode(Value(Changed(property), property), MailJson.Options);
        // Which a request does not say: it follows from the bytes.
        foreach (var attachment in property == nameof(EmailContent.Attachments) ? request[name]!.AsArray() : [])
            attachment!.AsObject().Remove("size");
        var input = EmailInput.Read(Encoding.UTF8.GetBytes(request.ToJsonString()), errors, TimeZones.BuiltIn);
        var read = new EmailAttachments(AttachmentLimits.Default)
            .Resolve([input], Changed(property).Attachments.Select(Uploaded), errors).Single();
        errors.Throw();
        Assert.Equal(JsonSerializer.Serialize(Value(Changed(property), property)), JsonSerializer.Serialize(Value(read, property)));
        var schemas = (await OpenApiDocument.GetAsync())["components"]!["schemas"]!;
        Assert.All(
            (string[])["EmailInput", "ConfigItemInput", "Email", "ConfigItem"],
            schema => Assert.NotNull(schemas[schema]!["properties"]![name]));
    }

    // A sender's role may write what became of an e-mail, and not what it says.
    [Theory]
    [MemberData(nameof(Fields))]
    public void What_stands_beside_the_status_cannot_be_changed_by_a_sender(string property)
    {
        var trigger = File.ReadAllText(Path.Combine(Checkout.Root, "store/Schema/005_duties.sql"));
        Assert.Contains($"'{JsonNamingPolicy.SnakeCaseLower.ConvertName(property)}'", trigger, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void What_is_set_arrives(string property) => Assert.NotEqual(Sent(_content), Sent(Changed(property)));

    private static EmailContent Changed(string property)
    {
        var content = _content with { };
        var info = typeof(EmailContent).GetProperty(property)!;
        object value = info.PropertyType switch
        {
            var type when type == typeof(string) => "changed",
            var type when type == typeof(List<string>) => new List<string> { "changed@example.com" },
            var type when type == typeof(List<Attachment>) => new List<Attachment>
            {
                new(AttachmentId.Compute("changed"u8).ToString(), "changed.bin", "application/x-changed", 7, ContentId: null),
            },
            var type when type == typeof(Dictionary<string, string>) =>
                new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Changed"] = "changed" },
            var type => throw new NotSupportedException($"Say here what another {type} is."),
        };
        info.SetValue(content, value);
        return content;
    }

    private static StoredAttachment Uploaded(Attachment attachment) =>
        new(Guid.Empty, attachment.Content, attachment.Size, StoredAttachment.UnknownType, KeptUntil: null);

    private static object? Value(EmailContent content, string property) => typeof(EmailContent).GetProperty(property)!.GetValue(content);

    private static (ScheduledEmail Email, EmailBody Body) Stored(EmailContent content) =>
        NewEmail.Create(
            "acme", "key", new EmailInput(content) { ScheduledDatetime = _due }, new(EmailSource.OneOff, "config-1", "test"), _due);

    private static T Reread<T>(T document) =>
        JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(document, StoreJson.Options), StoreJson.Options)!;

    private static string Json(EmailContent content) => JsonSerializer.Serialize(content, StoreJson.Options);

    /// <summary>The recipients, and the message.</summary>
    private static string Sent(EmailContent content)
    {
        var files = content.Attachments.ToDictionary(attachment => attachment.Content, attachment => EncodedFile.From("changed"u8));
        var email = new OutgoingEmail(content) { Id = Guid.Parse("019ad5a2-7c00-7000-8000-000000000001"), Files = files };
        using var message = MessageBuilder.Build(email, _smtp.From, _due);
        return $"{string.Join(", ", Mailboxes.Recipients(email).Select(mailbox => mailbox.Address))}\n{message}";
    }
}
