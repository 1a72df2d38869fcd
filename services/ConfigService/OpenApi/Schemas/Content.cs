using Mail.ConfigService.Emails;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>What an e-mail says, and to whom: in a request, and as it was saved.</summary>
internal static class Content
{
    private const string Address =
        "One mailbox, for example `Ada Lovelace <ada@example.com>`. A name with a comma or another special character is in quotes: `\"Lovelace, Ada\" <ada@example.com>`.";

    internal static IEnumerable<Field> AsGiven =>
    [
        Has("to", List("The recipients; with `cc` and `bcc` at most 50.", Line(Address, 998), EmailInput.MaxRecipients, least: 1)),
        May("cc", List("Recipients of a copy.", Line(Address, 998), EmailInput.MaxRecipients)),
        May("bcc", List("Recipients that the others do not see.", Line(Address, 998), EmailInput.MaxRecipients)),
        May("reply_to", List("Where answers go.", Line(Address, 998))),
        Has("subject", Line("The subject.", EmailInput.MaxSubject, least: 1)),
        May("text", Text("The body as plain text, at most 1 MiB of UTF-8. One of `text` and `html` is required.", EmailInput.MaxBody)),
        May("html", Text("The body as HTML, at most 1 MiB of UTF-8. One of `text` and `html` is required.", EmailInput.MaxBody)),
        May("headers", Ref("EmailHeaders", "Extra headers by name.")),
        AttachmentSchemas.AsGiven("AttachmentInput"),
    ];

    internal static IEnumerable<Field> AsGivenInConfig => AsGiven.Select(each => each.Name == "attachments" ? AttachmentSchemas.AsGiven("ConfigAttachmentInput") : each);

    internal static NamedSchema Headers => new("EmailHeaders", Map(
        "Extra headers by name. Those that the system sets itself are refused: `From`, `Sender`, `To`, `Cc`, `Bcc`, `Reply-To`, `Subject`, `Date`, `Message-ID`, `MIME-Version`, "
        + "`Content-*`, `Received`, `Return-Path`, `Auto-Submitted`, `DKIM-Signature`, `ARC-*`.",
        Line(
            "At most 10,000 characters. ASCII travels as it is, folded at white space alone; a stretch without white space may have 997 characters, since a line has 998 at the most. "
            + "What is beyond ASCII travels in encoded-words (RFC 2047).",
            HeaderRules.MaxValue), EmailInput.MaxHeaders));

    internal static Field SendBefore => May("send_before", Time("When it is no longer worth sending: an e-mail not handed over by then becomes `expired`. 72 hours after it was due where left out."));

    internal static IEnumerable<Field> AsSaved =>
    [
        Has("to", List("The recipients.", Text(Address))),
        Has("cc", List("Recipients of a copy.", Text(Address))),
        Has("bcc", List("Recipients that the others do not see.", Text(Address))),
        Has("reply_to", List("Where answers go.", Text(Address))),
        Has("subject", Text("The subject.")),
        Has("text", OrNull(Text("The body as plain text."))),
        Has("html", OrNull(Text("The body as HTML."))),
        Has("headers", Ref("EmailHeaders", "Extra headers by name.")),
        Has("attachments", List("The files that it carries, in their order.", Ref("EmailAttachment"))),
    ];
}
