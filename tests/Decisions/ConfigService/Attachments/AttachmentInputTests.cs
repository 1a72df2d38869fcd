using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService.Attachments;

/// <summary>Attachments as callers write them.</summary>
public sealed class AttachmentInputTests
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly byte[][] _files = [[1], [2, 3], [4, 5, 6], Encoding.UTF8.GetBytes("four")];

    private static readonly string[] _names = ["a.txt", "b.pdf", "c"];
    private static readonly string[] _types = ["", "text/plain", "application/pdf"];

    [Theory]
    [InlineData("""{"filename":"a.txt"}""", "conflicting_fields", "/attachments/0")]
    [InlineData("""{"id":"sha256-x","content":"AQ==","filename":"a.txt"}""", "conflicting_fields", "/attachments/0")]
    [InlineData("""{"id":"sha256-x","filename":"a.txt"}""", "attachment_not_found", "/attachments/0/id")]
    [InlineData("""{"content":"AQ","filename":"a.txt"}""", "invalid_base64", "/attachments/0/content")]
    [InlineData("""{"content":"A Q==","filename":"a.txt"}""", "invalid_base64", "/attachments/0/content")]
    [InlineData("""{"content":"AQ==\t","filename":"a.txt"}""", "invalid_base64", "/attachments/0/content")]
    [InlineData("""{"content":"_-8=","filename":"a.txt"}""", "invalid_base64", "/attachments/0/content")]
    [InlineData("""{"content":5,"filename":"a.txt"}""", "invalid_base64", "/attachments/0/content")]
    [InlineData("""{"content":"","filename":"a.txt"}""", "empty_attachment", "/attachments/0/content")]
    [InlineData("""{"content":"AQ=="}""", "invalid_body", "/attachments/0/filename")]
    [InlineData("""{"content":"AQ==","filename":"..\\..\\x"}""", "unsafe_filename", "/attachments/0/filename")]
    [InlineData("""{"content":"AQ==","filename":"a\u0000.txt"}""", "unsafe_filename", "/attachments/0/filename")]
    [InlineData("""{"content":"AQ==","filename":5}""", "invalid_body", "/attachments/0/filename")]
    [InlineData("""{"content":"AQ==","filename":"a.exe"}""", "blocked_file_type", "/attachments/0/filename")]
    [InlineData("""{"content":"AQ==","filename":"invoice\u202Efdp.exe"}""", "unsafe_filename", "/attachments/0/filename")]
    [InlineData(
        """{"content":"AQ==","filename":"a.eml","content_type":"message/rfc822"}""", "unsupported_content_type",
        "/attachments/0/content_type")]
    [InlineData(
        """{"content":"AQ==","filename":"a.txt","content_type":"pdf"}""", "unsupported_content_type", "/attachments/0/content_type")]
    [InlineData(
        """{"content":"AQ==","filename":"a.txt","content_type":"text/plain\r\nX: y"}""", "unsupported_content_type",
        "/attachments/0/content_type")]
    [InlineData(
        """{"content":"AQ==","filename":"a.txt","content_type":"text/plain\u0000"}""", "unsupported_content_type",
        "/attachments/0/content_type")]
    [InlineData(
        """{"content":"AQ==","filename":"a.csv","content_type":"text/csv; utf-8"}""", "unsupported_content_type",
        "/attachments/0/content_type")]
    [InlineData("""{"content":"AQ==","filename":"a.png","content_id":"logo"}""", "unused_content_id", "/attachments/0/content_id")]
    [InlineData("""{"content":"AQ==","filename":"a.png","content_id":"a@b"}""", "invalid_body", "/attachments/0/content_id")]
    [InlineData("""{"content":"AQ==","filename":"a.txt","size":1}""", "unknown_field", "/attachments/0/size")]
    public void What_is_wrong_has_a_code_and_a_pointer(string attachment, string code, string at)
    {
        var refusal = Assert.Throws<ProblemException>(() => Read($"[{attachment}]"));
        var errors = (Dictionary<string, List<string>>)refusal.Extensions["errors"]!;
        Assert.Contains(at, errors.Keys);
        if (errors.Count == 1)
            Assert.Equal(code, refusal.Code.Name);
    }

    [Theory]
    [InlineData("""{"content":"AQ","filename":"a.png","content_id":"logo"}""", "invalid_base64")]
    [InlineData("""{"filename":"a.png","content_id":"logo"}""", "conflicting_fields")]
    public void A_picture_that_could_not_be_read_is_no_picture_that_is_missing(string attachment, string code)
    {
        var refusal = Assert.Throws<ProblemException>(() => Read($"[{attachment}]", "<img src='cid:logo'>"));
        Assert.Single((Dictionary<string, List<string>>)refusal.Extensions["errors"]!);
        Assert.Equal(code, refusal.Code.Name);
    }

    [Theory]
    [InlineData("<img src='cid:logo'>", "[]", "unknown_content_id", "/html")]
    [InlineData("<!--[if !mso]><!--><img src='cid:logo'><!--<![endif]-->", "[]", "unknown_content_id", "/html")]
    [InlineData(
        "<img src='cid:logo'>",
        """[{"content":"AQ==","filename":"a.png","content_id":"logo"},{"content":"Ag==","filename":"b.png","content_id":"logo"}]""",
        "duplicate_content_id", "/attachments/1/content_id")]
    public void The_HTML_and_its_pictures_belong_together(string html, string attachments, string code, string at)
    {
        var refusal = Assert.Throws<ProblemException>(() => Read(attachments, html));
        Assert.Equal((code, at), (refusal.Code.Name, Assert.Single((Dictionary<string, List<string>>)refusal.Extensions["errors"]!).Key));
    }

    [Theory]
    [InlineData("""{"content":"AQ==","filename":"a.pdf"}""", "application/pdf")]
    [InlineData("""{"content":"AQ==","filename":"a.ics"}""", "text/calendar")]
    [InlineData("""{"content":"AQ==","filename":"a.zip"}""", "application/zip")]
    [InlineData("""{"content":"AQ==","filename":"a.vcf"}""", "text/vcard")]
    [InlineData("""{"content":"AQ==","filename":"a.eml"}""", "application/octet-stream")]
    [InlineData("""{"content":"AQ==","filename":"a"}""", "application/octet-stream")]
    [InlineData(
        """{"content":"AQ==","filename":"a.ics","content_type":"text/calendar; method=REQUEST"}""", "text/calendar; method=REQUEST")]
    [InlineData(
        """{"content":"A\r\nQ\n=\u003d","filename":"a.unknown","content_type":null,"content_id":null}""", "application/octet-stream")]
    public void What_is_not_said_follows_from_the_name(string attachment, string type)
    {
        var read = Assert.Single(Resolved(Read($"[{attachment}]")));
        Assert.Equal((AttachmentId.Compute([1]).ToString(), type, 1L, null), (read.Id, read.ContentType, read.Size, read.ContentId));
    }

    [Fact]
    public void Twenty_are_taken_and_twenty_one_are_not()
    {
        static string Many(int count) => $"[{string.Join(',', Enumerable.Repeat("""{"content":"AQ==","filename":"a.txt"}""", count))}]";
        Assert.Equal(20, Resolved(Read(Many(20))).Count);
        Assert.Equal("invalid_body", Assert.Throws<ProblemException>(() => Read(Many(21))).Code.Name);
    }

    [Fact]
    public void A_message_that_is_too_large_is_refused_with_both_sizes()
    {
        var limits = AttachmentLimits.Default with { MaxMessageBytes = 4096 };
        var content = Convert.ToBase64String(new byte[4000]);
        var refusal = Assert.Throws<ProblemException>(() => Read($$"""[{"content":"{{content}}","filename":"a.bin"}]""", limits: limits));
        Assert.Equal("message_too_large", refusal.Code.Name);
        Assert.Matches(
            @"up to \d+ bytes .*the most is 4096 bytes", ((Dictionary<string, List<string>>)refusal.Extensions["errors"]!)[""].Single());
    }

    // The contract: content and id of the same bytes are the same item; order, names, types and content ids are content.
    [Fact]
    public void However_a_list_is_spelled_it_is_the_same_and_in_another_order_it_is_another()
    {
        var file = Gen.Select(
            Gen.Int[0, _files.Length - 1],
            Gen.Int[0, 2].Select(name => _names[name]),
            Gen.Int[0, 2].Select(type => _types[type]),
            Gen.Bool);
        Gen.Select(file.Array[1, 5], Gen.Bool.Array[5]).Sample((list, spelling) =>
        {
            var one = Read(Json(list, _ => true));
            var other = Read(Json(list, index => spelling[index]));
            Assert.Equal(one.Fingerprint(_due, null), other.Fingerprint(_due, null));
            Assert.Equal(EmailBody.Create("acme", one).Id, EmailBody.Create("acme", other).Id);
            var reversed = Read(Json([.. list.Reverse()], index => spelling[index]));
            Assert.Equal(
                list.SequenceEqual(list.Reverse()) || Resolved(one).SequenceEqual(Resolved(reversed)),
                one.Fingerprint(_due, null) == reversed.Fingerprint(_due, null));
        });
    }

    private static string Json(
        (int File, string Name, string Type, bool Lines)[] list, Func<int, bool> byId) => new JsonArray([.. list.Select((each, index) =>
    {
        var json = new JsonObject { ["filename"] = each.Name };
        if (byId(index))
            json["id"] = AttachmentId.Compute(_files[each.File]).ToString();
        else
        {
            json["content"] = Convert.ToBase64String(_files[each.File]) is var base64 && each.Lines
                ? $"{base64[..2]}\r\n{base64[2..]}\n"
                : base64;
        }

        if (each.Type.Length > 0)
            json["content_type"] = each.Type;
        return (JsonNode)json;
    })]).ToJsonString();

    private static List<Attachment> Resolved(EmailContent content) => content.Attachments;

    internal static EmailInput Read(string attachments, string? html = null, AttachmentLimits? limits = null)
    {
        var errors = new Errors();
        var request = new JsonObject
        {
            ["to"] = new JsonArray("ada@example.com"),
            ["subject"] = "Hello",
            ["text"] = "Hello Ada",
            ["attachments"] = JsonNode.Parse(attachments),
        };
        if (html is not null)
            request["html"] = html;
        var input = EmailInput.Read(Encoding.UTF8.GetBytes(request.ToJsonString()), errors, TimeZones.BuiltIn);
        var stored = _files.Select(
            file => new StoredAttachment(
                Guid.Empty, AttachmentId.Compute(file), file.Length, StoredAttachment.UnknownType, KeptUntil: null));
        var read = new EmailAttachments(limits ?? AttachmentLimits.Default).Resolve([input], stored, errors).Single();
        errors.Throw();
        return read;
    }
}
