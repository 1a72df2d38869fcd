using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>What requests about single e-mails hold.</summary>
internal static class EmailRequestSchemas
{
    private const string Example = """{"to":["Ada Lovelace <ada@example.com>"],"subject":"Your receipt","text":"Thank you, Ada","scheduled_datetime":"2026-12-01T09:00:00+01:00"}""";

    internal static IEnumerable<NamedSchema> All =>
    [
        new("EmailInput", Request("One e-mail outside the config.",
        [
            .. Content.AsGiven,
            May("scheduled_datetime", Time("When to send it, with an offset; now where left out. More than an hour ago is refused.")),
            Content.SendBefore,
        ]), Example),
        new("BatchInput", Request("E-mails that are created together.",
            Has("emails", List("The e-mails.", Ref("EmailInput"), most: 10_000, least: 1))), $$"""{"emails":[{{Example}}]}"""),
        new("MoveInput", Request("When to send it instead.",
            Has("scheduled_datetime", Time("With an offset; at most an hour ago, and before a `send_before` that was set."))),
            """{"scheduled_datetime":"2026-12-02T09:00:00+01:00"}"""),
    ];
}
