using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>A later version of the time zones is given to a running system, one service after another.</summary>
public sealed class TimeZoneFileTests(TestServers servers)
{
    [Fact]
    public async Task What_waits_moves_once_and_an_old_service_resolves_nothing_any_more()
    {
        var file = Path.Combine(Path.GetTempPath(), $"zones-{Guid.CreateVersion7():N}.nzd");
        await File.WriteAllBytesAsync(file, LaterZones());
        try
        {
            await using var mail = await MailSystem.StartAsync(servers);
            using var api = mail.Api;
            var tokyo = await CreateAsync(api, "Asia/Tokyo");
            var berlin = await CreateAsync(api, "Europe/Berlin");

            // A second scheduler has the file; the first one goes on with what it came with.
            await using var later = mail.Scheduler("scheduler-2", new(StringComparer.Ordinal) { ["TZDB_FILE"] = file });
            await later.StartAsync();
            var moved = await Deadline.UntilAsync(
                () => api.GetAsync($"scheduled-emails/{tokyo}"),
                answer => (string)answer.Json["scheduled_datetime"]! == "2030-07-01T05:00:00.000Z", Deadline.Sweep);
            var line = moved.Json["timeline"]!.AsArray()[^1]!;
            Assert.Equal("moved", (string)line["event"]!);
            Assert.Contains("2099z", (string)line["detail"]!, StringComparison.Ordinal);
            Assert.Equal(
                "2030-07-01T07:00:00.000Z",
                (string)(await api.GetAsync($"scheduled-emails/{berlin}")).Json["scheduled_datetime"]!);

            var refused = (await api.PostAsync("client/acme/scheduled-emails", Email("Asia/Tokyo")))
                .Expect(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("time_zones_outdated", refused.Code);
            await Deadline.UntilAsync(
                () => api.GetAsync($"scheduled-emails/{tokyo}"), answer => answer.Json["timeline"]!.AsArray().Count == 2);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("/nowhere/zones.nzd")]
    [InlineData("/etc/hostname")]
    public async Task A_file_that_is_none_is_refused_at_the_start(string path)
    {
        await using var service = ServiceProcess.On(
            await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync(), "ConfigService",
            new(StringComparer.Ordinal) { ["TZDB_FILE"] = path, ["API_KEY"] = MailSystem.OperatorKey });
        Assert.NotEqual(0, await service.RunToEndAsync());
        Assert.Contains($"TZDB_FILE is \"{path}\", which can't be used", service.Log, StringComparison.Ordinal);
    }

    private static async Task<string> CreateAsync(Api api, string zone) =>
        (string)(await api.PostAsync("client/acme/scheduled-emails", Email(zone))).Expect(HttpStatusCode.Created).Json["id"]!;

    private static JsonObject Email(string zone) => new()
    {
        ["to"] = new JsonArray("ada@example.com"),
        ["subject"] = "Hello",
        ["text"] = "Hello Ada",
        ["scheduled_local"] = "2030-07-01T09:00:00",
        ["time_zone"] = zone,
    };

    /// <summary>What NodaTime came with, of a later version in which Tokyo and Dubai, names of the same length, changed places.</summary>
    private static byte[] LaterZones()
    {
        var assembly = typeof(NodaTime.DateTimeZone).Assembly;
        using var stream = assembly.GetManifestResourceStream(
            assembly.GetManifestResourceNames().Single(name => name.EndsWith(".nzd", StringComparison.Ordinal)))!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();
        Replace(NodaTime.TimeZones.TzdbDateTimeZoneSource.Default.TzdbVersion, "2099z");
        Replace("Asia/Tokyo", "Asia/XXXXX");
        Replace("Asia/Dubai", "Asia/Tokyo");
        Replace("Asia/XXXXX", "Asia/Dubai");
        return bytes;

        void Replace(string from, string to)
        {
            var (old, @new) = (Encoding.ASCII.GetBytes(from), Encoding.ASCII.GetBytes(to));
            for (var at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old))
                @new.CopyTo(bytes, at);
        }
    }
}
