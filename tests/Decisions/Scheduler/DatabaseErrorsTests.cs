using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Decisions.Scheduler;

/// <summary>Which errors of the database are those of the message.</summary>
public sealed class DatabaseErrorsTests
{
    [Theory]
    [InlineData("22P05", true)] // a NUL in JSON
    [InlineData("22021", true)] // a NUL in a text
    [InlineData("23505", false)] // somebody else was faster
    [InlineData("54000", true)] // too long for a key
    [InlineData("40001", false)]
    [InlineData("53300", false)]
    [InlineData("57P01", false)]
    public void A_code_says_whose_fault_it_is(string code, bool messages) =>
        Assert.Equal(messages, new PostgresException("It failed", "ERROR", "ERROR", code).IsTheMessages());

    [Fact]
    public void A_broken_connection_is_no_messages_fault() => Assert.False(new NpgsqlException("Gone").IsTheMessages());
}
