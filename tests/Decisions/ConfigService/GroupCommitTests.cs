using System.Threading.Channels;
using Mail.ConfigService;
using Mail.ConfigService.Problems;
using Mail.Tests.Decisions.Smtp;
using Npgsql;

namespace Mail.Tests.Decisions.ConfigService;

public sealed class GroupCommitTests
{
    private readonly List<IReadOnlyList<int>> _written = [];
    private readonly Channel<IReadOnlyList<int>> _begun = Channel.CreateUnbounded<IReadOnlyList<int>>();

    [Fact]
    public async Task What_comes_while_others_are_written_shares_their_next_transaction()
    {
        var gate = new TaskCompletionSource();
        var group = new GroupCommit<int>(
            async (requests, _) =>
            {
                await RememberAsync(requests);
                await gate.Task;
            },
            TimeProvider.System);
        var first = await BegunAsync(group, 0);
        var second = await BegunAsync(group, 1);
        var others = Enumerable.Range(2, 150).Select(request => group.WriteAsync(request)).ToList();
        Assert.DoesNotContain(others, other => other.IsCompleted);

        gate.SetResult();
        await Task.WhenAll([first.Written, second.Written, .. others]);
        Assert.Equal([1, 1, 22, 64, 64], _written.Select(requests => requests.Count).Order());
        Assert.Equal(Enumerable.Range(0, 152), _written.SelectMany(requests => requests).Order());
    }

    [Theory]
    [InlineData(PostgresErrorCodes.LockNotAvailable)]
    [InlineData(PostgresErrorCodes.UntranslatableCharacter)]
    [InlineData(PostgresErrorCodes.CheckViolation)]
    public async Task One_that_meets_a_lock_or_breaks_a_rule_takes_no_other_with_it(string sqlState)
    {
        var release = new TaskCompletionSource();
        var group = new GroupCommit<int>(
            async (requests, patience) =>
            {
                if (!requests.Contains(7))
                    return;
                if (patience is not null)
                    throw Failure(sqlState);
                await release.Task;
                throw Failure(sqlState);
            },
            TimeProvider.System);
        var requests = Enumerable.Range(0, 20).Select(request => group.WriteAsync(request)).ToList();
        await Task.WhenAll(requests.Where((_, index) => index != 7));
        // It still waits, and keeps no later one waiting.
        await Task.WhenAll(Enumerable.Range(20, 20).Select(request => group.WriteAsync(request)));
        Assert.False(requests[7].IsCompleted);
        release.SetResult();
        Assert.Equal(sqlState, (await Assert.ThrowsAsync<PostgresException>(() => requests[7])).SqlState);
    }

    // Nobody knows whether it was committed: written again, there might be two.
    [Fact]
    public async Task A_group_whose_commit_is_in_doubt_is_not_written_again()
    {
        var calls = 0;
        var group = new GroupCommit<int>(
            (_, _) =>
            {
                Interlocked.Increment(ref calls);
                throw new NpgsqlException("the connection broke", new IOException());
            },
            TimeProvider.System);
        await Assert.ThrowsAsync<NpgsqlException>(() => group.WriteAsync(1));
        Assert.Equal(1, calls);
    }

    // Its caller may try again, and there would be two.
    [Fact]
    public async Task What_is_not_begun_when_its_caller_goes_is_not_written_later()
    {
        var gate = new TaskCompletionSource();
        var group = new GroupCommit<int>(
            async (requests, _) =>
            {
                await RememberAsync(requests);
                await gate.Task;
            },
            TimeProvider.System);
        var begun = new[] { (await BegunAsync(group, 0)).Written, (await BegunAsync(group, 1)).Written };
        using var caller = new CancellationTokenSource();
        var waiting = group.WriteAsync(2, caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        await Task.WhenAll(begun);
        await group.WriteAsync(3, CancellationToken.None);
        Assert.Equal([0, 1, 3], _written.SelectMany(requests => requests).Order());
    }

    [Fact]
    public async Task What_is_not_begun_in_time_is_told_to_come_back_and_is_not_written_later()
    {
        var time = new ManualTime();
        var gate = new TaskCompletionSource();
        var group = new GroupCommit<int>(
            async (requests, _) =>
            {
                await RememberAsync(requests);
                await gate.Task;
            },
            time);
        var begun = new[] { (await BegunAsync(group, 0)).Written, (await BegunAsync(group, 1)).Written };
        var waiting = group.WriteAsync(2);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("too_busy", (await Assert.ThrowsAsync<ProblemException>(() => waiting)).Code.Name);
        gate.SetResult();
        await Task.WhenAll(begun);
        Assert.Equal([0, 1], _written.SelectMany(requests => requests).Order());
    }

    /// <summary>Returns when a writer has taken the request, so that the next one is not in its group.</summary>
    private async Task<(int Request, Task Written)> BegunAsync(GroupCommit<int> group, int request)
    {
        var written = group.WriteAsync(request);
        await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken);
        return (request, written);
    }

    private async Task RememberAsync(IReadOnlyList<int> requests)
    {
        lock (_written)
            _written.Add(requests);
        await _begun.Writer.WriteAsync(requests);
    }

    private static PostgresException Failure(string sqlState) => new("failed", "ERROR", "ERROR", sqlState);
}
