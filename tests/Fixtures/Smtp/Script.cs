namespace Mail.Tests.Fixtures.Smtp;

/// <summary>The exceptions from what is usual, in the order in which they were given.</summary>
internal sealed class Script
{
    private readonly Lock _lock = new();
    private Rule[] _rules = [];

    internal sealed class Rule(string step, string? recipient, Reaction reaction)
    {
        public string Step => step;
        public string? Recipient => recipient;
        public Reaction Reaction => reaction;
        public int Left { get; set; } = int.MaxValue;
        public bool IsFor(string what, string? whom) =>
            what == step && (recipient is null || string.Equals(recipient, whom, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Adds a rule. It replaces one for the same that has no end, and follows those that have.</summary>
    public Rule Add(string step, string? recipient, Reaction reaction)
    {
        var rule = new Rule(step, recipient, reaction);
        lock (_lock)
            _rules = [.. _rules.Where(other => other.Step != step || other.Recipient != recipient || other.Left < int.MaxValue), rule];
        return rule;
    }

    public void Remove(string? step)
    {
        lock (_lock)
            _rules = step is null ? [] : [.. _rules.Where(rule => rule.Step != step)];
    }

    /// <summary>What to do at a step; null for what is usual. A rule for one recipient goes before one for all.</summary>
    public Reaction? At(string step, string? recipient = null)
    {
        // Nearly always there is nothing to do: without the lock, since this is asked at every step of every e-mail.
        if (_rules.Length == 0)
            return null;
        lock (_lock)
        {
            var rule = _rules.Where(rule => rule.Left > 0 && rule.IsFor(step, recipient)).MinBy(rule => rule.Recipient is null);
            if (rule is { Left: < int.MaxValue })
                rule.Left--;
            return rule?.Reaction;
        }
    }
}
