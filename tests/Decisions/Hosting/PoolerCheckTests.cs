using Mail.Hosting;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>A pooler in transaction mode is noticed, whichever of its sessions it hands out, and whoever else takes some.</summary>
public sealed class PoolerCheckTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public async Task A_pooler_that_gives_each_transaction_a_session_is_noticed(int sessions, bool inTurn)
    {
        var pooler = new Pooler(sessions, inTurn);
        Assert.True(await PoolerCheck.IsSharedAsync(
            () => Task.FromResult(pooler.Ask()), () => Task.FromResult<IAsyncDisposable>(pooler.Begin()),
            () => Task.FromResult(pooler.Held)));
    }

    // The second has another session at first, since somebody else has taken the first's.
    [Fact]
    public async Task It_is_noticed_too_where_somebody_else_comes_between()
    {
        var pooler = new Pooler(3, inTurn: false);
        Pooler.Transaction? other = null;
        Assert.True(await PoolerCheck.IsSharedAsync(
            () => Task.FromResult(pooler.Ask()),
            () =>
            {
                other ??= pooler.Begin();
                return Task.FromResult<IAsyncDisposable>(pooler.Begin());
            },
            () => Task.FromResult(pooler.Held)));
    }

    [Fact]
    public async Task Two_connections_with_a_session_each_are_not_taken_for_one() =>
        Assert.False(await PoolerCheck.IsSharedAsync(
            () => Task.FromResult(1), () => Task.FromResult<IAsyncDisposable>(new Pooler(1, inTurn: false).Begin()),
            () => Task.FromResult(2)));

    /// <summary>PgBouncer's: the session that was used last, or, with <c>server_round_robin</c>, the one that was used first.</summary>
    private sealed class Pooler(int sessions, bool inTurn)
    {
        private readonly LinkedList<int> _idle = new(Enumerable.Range(1, sessions));

        /// <summary>Whose transaction began last.</summary>
        public int Held { get; private set; }

        public int Ask()
        {
            var session = Take();
            _idle.AddLast(session);
            return session;
        }

        public Transaction Begin() => new(this, Held = Take());

        private int Take()
        {
            var taken = (inTurn ? _idle.First : _idle.Last)!;
            _idle.Remove(taken);
            return taken.Value;
        }

        public sealed class Transaction(Pooler pooler, int session) : IAsyncDisposable
        {
            public ValueTask DisposeAsync()
            {
                pooler._idle.AddLast(session);
                return ValueTask.CompletedTask;
            }
        }
    }
}
