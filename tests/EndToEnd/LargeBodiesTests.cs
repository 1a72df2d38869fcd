using System.Globalization;
using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Bodies as large as they may be, made to cost as much memory as they can.</summary>
public sealed class LargeBodiesTests(TestServers servers)
{
    private const int MaxBytes = 32 * 1024 * 1024;

    // Of which the service itself has a good hundred MB.
    private const long MaxResidentBytes = 500L * 1024 * 1024;

    [Fact]
    public async Task Four_bodies_of_millions_of_fields_at_once_are_refused_in_a_short_answer_and_in_little_memory()
    {
        await using var config = ServiceProcess.On(
            await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync(), "ConfigService",
            new(StringComparer.Ordinal) { ["API_KEY"] = MailSystem.OperatorKey });
        await config.StartAsync();
        using var api = new Api(config.Address, MailSystem.OperatorKey);
        var answers = await Task.WhenAll(
            RefusedAsync(api, "client/acme/scheduled-emails", Repeated("{", "\"x\":0,", "\"x\":0}")),
            RefusedAsync(api, "client/acme/scheduled-emails", Repeated("{\"to\":[", "0,", "0]}")),
            RefusedAsync(api, "client/acme/scheduled-emails/batch", Repeated("{\"emails\":[", "{},", "{}]}")),
            RefusedAsync(api, "client/acme/scheduled-emails", [.. "{\""u8, .. Enumerable.Repeat((byte)'x', MaxBytes - 10), .. "\":0}"u8]));
        Assert.All(answers, answer => Assert.InRange(answer.Text.Length, 1, 64 * 1024));
        Assert.Equal("invalid_body", answers[0].Code);
        var errors = answers[0].Json["errors"]!.AsObject();
        Assert.InRange(errors.Sum(error => error.Value!.AsArray().Count), 1, 100);
        // The fields, and three that are missing.
        Assert.Equal(((MaxBytes - 1) / 6) + 3, (int)answers[0].Json["errors_total"]!);
        Assert.InRange(HighWaterMark(config), 1, MaxResidentBytes);
    }

    private static async Task<Api.Answer> RefusedAsync(Api api, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return (await api.SendAsync(HttpMethod.Post, path, content)).Expect(HttpStatusCode.UnprocessableEntity);
    }

    /// <summary>As large as a body may be.</summary>
    private static byte[] Repeated(string first, string repeated, string last)
    {
        var body = new byte[MaxBytes];
        var length = System.Text.Encoding.ASCII.GetBytes(first, body);
        while (length + repeated.Length + last.Length <= body.Length)
            length += System.Text.Encoding.ASCII.GetBytes(repeated, body.AsSpan(length));
        length += System.Text.Encoding.ASCII.GetBytes(last, body.AsSpan(length));
        body.AsSpan(length).Fill((byte)' ');
        return body;
    }

    /// <summary>The most memory that the process ever had (proc(5)).</summary>
    private static long HighWaterMark(ServiceProcess process)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(
            line.AsSpan("VmHWM:".Length, line.Length - "VmHWM:".Length - " kB".Length), NumberStyles.AllowLeadingWhite,
            CultureInfo.InvariantCulture)
            * 1024;
    }
}
