using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>Uploads as large as they may be, many at once, cost little memory and keep nobody waiting.</summary>
public sealed class ManyUploadsTests(TestServers servers)
{
    private const long MaxResidentBytes = 500L * 1000 * 1000;
    private const int MaxBytes = 25 * 1024 * 1024;
    private static readonly TimeSpan _aSecond = TimeSpan.FromSeconds(1);

    [Fact]
    [Long]
    public async Task Sixty_four_uploads_of_25_MiB_at_once_leave_memory_and_time_for_others()
    {
        await using var config = await StartAsync();
        using var api = new Api(config.Address, MailSystem.OperatorKey, TimeSpan.FromMinutes(10));
        var bytes = RandomNumberGenerator.GetBytes(MaxBytes);
        var longest = await WhileAsync(api, () => Task.WhenAll(Enumerable.Range(0, 64).Select(async number =>
        {
            // Each is another content, of one array.
            using var content = new StreamContent(new Prefixed([(byte)number], bytes.AsMemory(1)));
            (await api.SendAsync(HttpMethod.Post, $"client/client-{number % 8}/attachments", content)).Expect(HttpStatusCode.Created);
        })));
        Report($"64 uploads of 25 MiB: {HighWaterMark(config) / 1e6:0} MB, others answered within {longest.TotalMilliseconds:0} ms");
        Assert.InRange(HighWaterMark(config), 1, MaxResidentBytes);
        Assert.InRange(longest, TimeSpan.Zero, _aSecond);
    }

    [Fact]
    [Long]
    public async Task Sixteen_requests_with_10_MiB_of_content_each_leave_memory_and_time_for_others()
    {
        await using var config = await StartAsync();
        using var api = new Api(config.Address, MailSystem.OperatorKey, TimeSpan.FromMinutes(10));
        var longest = await WhileAsync(api, () => Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            var email = Api.Item(null, Api.In(TimeSpan.FromHours(1)))
                .WithAttachments(Uploads.Along(RandomNumberGenerator.GetBytes(10 * 1024 * 1024), "a.bin"));
            // Refused where the memory for bodies is taken by others: then it is sent again, as the answer asks for.
            var answer = await Deadline.UntilAsync(
                () => Post(number, email), answer => answer.Status != HttpStatusCode.ServiceUnavailable, Deadline.Sweep);
            answer.Expect(HttpStatusCode.Created);
        })));
        Report(
            $"16 requests with 10 MiB of content: {HighWaterMark(config) / 1e6:0} MB, others answered within "
            + $"{longest.TotalMilliseconds:0} ms");
        Assert.InRange(HighWaterMark(config), 1, MaxResidentBytes);
        Assert.InRange(longest, TimeSpan.Zero, _aSecond);

        Task<Api.Answer> Post(int number, JsonObject email) => api.PostAsync($"client/client-{number}/scheduled-emails", email);
    }

    private static void Report(string line) => TestContext.Current.SendDiagnosticMessage(line);

    private async Task<ServiceProcess> StartAsync()
    {
        var config = ServiceProcess.On(
            await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync(), "ConfigService",
            new(StringComparer.Ordinal) { ["API_KEY"] = MailSystem.OperatorKey });
        await config.StartAsync();
        return config;
    }

    /// <summary>Asks for something small again and again until the work is done. Returns how long the slowest answer took.</summary>
    private static async Task<TimeSpan> WhileAsync(Api api, Func<Task> begin)
    {
        // As a service answers that has run for a while: its first requests are compiled meanwhile.
        for (var number = 0; number < 20; number++)
            await AskAsync(api, number);
        var work = begin();
        var longest = TimeSpan.Zero;
        for (var number = 0; !work.IsCompleted; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await AskAsync(api, number);
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }

        await work;
        return longest;
    }

    private static async Task AskAsync(Api api, int number)
    {
        if (number % 2 == 0)
            (await api.GetAsync("client/other/scheduled-emails")).Expect(HttpStatusCode.OK);
        else
        {
            (await api.PostAsync("client/other/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)))))
                .Expect(HttpStatusCode.Created);
        }
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

    /// <summary>A few bytes, and then those that many share.</summary>
    private sealed class Prefixed(byte[] first, ReadOnlyMemory<byte> rest) : Stream
    {
        private int _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => first.Length + rest.Length;
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var from = _position < first.Length ? first.AsSpan(_position) : rest.Span[(_position - first.Length)..];
            var read = Math.Min(from.Length, count);
            from[..read].CopyTo(buffer.AsSpan(offset));
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
