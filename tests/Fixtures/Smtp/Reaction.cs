namespace Mail.Tests.Fixtures.Smtp;

/// <summary>What a <see cref="ScriptedSmtp"/> does at a step in place of what is usual. A string is a reply.</summary>
public abstract record Reaction
{
    private Reaction()
    {
    }

    /// <summary>Says nothing and reads nothing more, and keeps the connection open.</summary>
    public static Reaction Stall { get; } = new Stalling(Timeout.InfiniteTimeSpan);

    /// <summary>Says nothing for so long, and then closes the connection.</summary>
    public static Reaction StallAndDrop(TimeSpan length) => new Stalling(length);

    /// <summary>Closes the connection (FIN).</summary>
    public static Reaction Drop { get; } = new Dropping(Hard: false);

    /// <summary>Resets the connection (RST).</summary>
    public static Reaction Reset { get; } = new Dropping(Hard: true);

    /// <summary>Says what is no SMTP.</summary>
    public static Reaction Garbage { get; } = new Saying("\u0001\u0002 this is not SMTP", ThenDrop: false);

    /// <summary>Replies. After a 421 the connection is closed, as RFC 5321 (3.8) has it.</summary>
    public static Reaction Reply(string reply) => new Saying(reply, ThenDrop: reply.StartsWith("421", StringComparison.Ordinal));

    /// <summary>Replies and closes the connection.</summary>
    public static Reaction ReplyAndDrop(string reply) => new Saying(reply, ThenDrop: true);

    /// <summary>Replies in other words, and goes on as if they were the usual ones.</summary>
    public static Reaction ReplyAndGoOn(string reply) => new Saying(reply, ThenDrop: false, AsUsual: true);

    /// <summary>Waits, and then does what is usual: for tests that look at what happens meanwhile.</summary>
    public static Reaction Hold(Task until) => new Holding(until);

    /// <summary>Waits, and then replies.</summary>
    public static Reaction Hold(Task until, string then) => new Holding(until, Reply(then));

    /// <summary>Waits so long each time, and then does what is usual: a server that takes its time.</summary>
    public static Reaction After(TimeSpan delay) => new Delaying(delay);

    /// <summary>Says a reply that never ends, so many bytes at a time.</summary>
    public static Reaction Drip(int size, Action beforeEach) => new Dripping(size, beforeEach);

    /// <summary>Decides each time; null stands for what is usual.</summary>
    public static Reaction Decide(Func<Visit, Reaction?> decide) => new Deciding(decide);

    /// <summary>Refuses with this reply; null stands for what is usual.</summary>
    public static Reaction Refuse(Func<Visit, string?> reply) => new Deciding(visit => reply(visit) is { } words ? Reply(words) : null);

    public static implicit operator Reaction(string reply) => Reply(reply);

    internal sealed record Saying(string Words, bool ThenDrop, bool AsUsual = false) : Reaction;

    internal sealed record Dropping(bool Hard) : Reaction;

    internal sealed record Stalling(TimeSpan Length) : Reaction;

    internal sealed record Dripping(int Size, Action BeforeEach) : Reaction;

    internal sealed record Delaying(TimeSpan Delay) : Reaction;

    internal sealed record Holding(Task Until, Reaction? Then = null) : Reaction;

    internal sealed record Deciding(Func<Visit, Reaction?> Choice) : Reaction;
}
