using Mail.Store;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Store;

/// <summary>What charts are drawn from adds up.</summary>
public sealed class OutcomeCounterTests(TestServers servers)
{
    private static readonly DateTimeOffset _noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan _quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task What_several_processes_count_is_one_sum_however_often_it_is_written()
    {
        await using var host = await StoreHost.StartAsync(servers);
        var (one, another) = (host.NewCounter(), host.NewCounter());
        for (var email = 0; email < 99; email++)
            one.Count(EmailStatus.Sent, _noon.AddSeconds(email), TimeSpan.FromMilliseconds(4));
        await one.WriteAsync(CancellationToken.None);
        one.Count(EmailStatus.Sent, _noon.AddMinutes(6), TimeSpan.FromMilliseconds(700));
        one.Count(EmailStatus.Failed, _noon.AddMinutes(20));
        one.Count(EmailStatus.Pending, _noon.AddMinutes(20));
        another.Count(EmailStatus.Unknown, _noon.AddMinutes(1), count: 3);
        another.Count(EmailStatus.Expired, _noon.AddMinutes(1), count: 2);
        for (var times = 0; times < 3; times++)
        {
            await one.WriteAsync(CancellationToken.None);
            await another.WriteAsync(CancellationToken.None);
        }

        await using var connection = await host.DataSource.OpenConnectionAsync();
        var slices = await OutcomeCounts.ReadAsync(connection, _noon, _quarter, 3, CancellationToken.None);
        Assert.Equal(
            [(100, 0, 3, 2), (0, 1, 0, 0), (0, 0, 0, 0)], slices.Select(slice => (slice.Sent, slice.Failed, slice.Unknown, slice.Expired)));
        Assert.Equal((5, 5, 750), (slices[0].LatenessAt(0.5), slices[0].LatenessAt(0.99), slices[0].LatenessAt(1)));
        Assert.Null(slices[1].LatenessAt(0.5));
    }

    [Fact]
    public void More_than_an_hour_has_no_bound()
    {
        var counts = new OutcomeCounts { Since = _noon }.With(EmailStatus.Sent, TimeSpan.FromHours(2), 1);
        Assert.Null(counts.LatenessAt(0.5));
    }
}
