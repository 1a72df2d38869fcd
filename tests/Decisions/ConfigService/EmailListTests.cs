using System.Text;
using System.Text.Json;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>A body of many e-mails, cut into them: what is read is what a JSON document of the whole would have.</summary>
public sealed class EmailListTests
{
    [Theory]
    [InlineData("""{"emails":[]}""")]
    [InlineData("""{"emails":[{"a":1}]}""")]
    [InlineData(""" { "emails" : [ {"a":[1,{"b":"]}"}]} , 7 , "x" , [ ] , null ] } """)]
    [InlineData("""{"em\u0061ils":[{"a":"\"],{"}, {"b":{}}]}""")]
    [InlineData("""{"emails":[{"a":"Grüße 🙂"},{"a":"\ud83d\ude42"}]}""")]
    public void Each_email_is_what_it_is_in_the_whole(string json)
    {
        var errors = new Errors();
        using var whole = JsonDocument.Parse(json);
        Assert.Equal(
            whole.RootElement.GetProperty("emails").EnumerateArray().Select((element, index) => ($"/emails/{index}", element.GetRawText())),
            Read(json, errors));
        Assert.False(errors.Any);
    }

    [Theory]
    [InlineData("{}", "/emails")]
    [InlineData("[]", "")]
    [InlineData("7", "")]
    [InlineData("""{"emails":null}""", "/emails")]
    [InlineData("""{"emails":{"a":[]}}""", "/emails")]
    [InlineData("""{"emails":[{"a":1}],"email":[2]}""", "/email")]
    [InlineData("""{"email":[2],"emails":[{"a":1}]}""", "/email")]
    [InlineData("""{"emails":[{"a":1}],"emails":[2]}""", "/emails")]
    [InlineData("""{"emails":3,"emails":[2]}""", "/emails")]
    [InlineData("""{"emails":[],"emails":[2],"emails":[]}""", "/emails")]
    [InlineData("""{"\ud800":1,"emails":[]}""", "")]
    public void What_is_wrong_around_them_is_said_at_its_place(string json, string place)
    {
        var errors = new Errors();
        _ = Read(json, errors);
        var said = (Dictionary<string, List<string>>)Assert.Throws<ProblemException>(errors.Throw).Extensions["errors"]!;
        Assert.Contains(place, said.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"emails":[{"a":1}""")]
    [InlineData("""{"emails":[{"a":1},]}""")]
    [InlineData("""{"emails":[{"a":1}]}x""")]
    [InlineData("""{"emails":[{"a":1}]}{}""")]
    [InlineData("""{"emails":[{"a":1}],"b":tru}""")]
    [InlineData("""{"emails":[{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}]}""")]
    public void What_is_no_JSON_is_refused_before_any_is_read(string json)
    {
        var refusal = Assert.Throws<ProblemException>(() => EmailList.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((400, "invalid_json"), (refusal.Status, refusal.Code.Name));
    }

    private static List<(string Pointer, string Raw)> Read(string json, Errors errors) =>
        [.. EmailList.Parse(Encoding.UTF8.GetBytes(json)).Read(errors).Select(item => (item.Pointer, item.Element.GetRawText()))];
}
