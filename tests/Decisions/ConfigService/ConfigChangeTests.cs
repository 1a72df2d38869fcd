using CsCheck;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.Store;
using Action = Mail.ConfigService.EmailConfigs.ConfigChange.Action;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>The table of a save, row by row, and then generated saves against a small model.</summary>
public sealed class ConfigChangeTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _later = _now.AddHours(1);

    [Theory]
    [InlineData(EmailStatus.Pending)]
    [InlineData(EmailStatus.Sending)]
    [InlineData(EmailStatus.Sent)]
    [InlineData(EmailStatus.Failed)]
    [InlineData(EmailStatus.Unknown)]
    [InlineData(EmailStatus.Cancelled)]
    [InlineData(EmailStatus.Expired)]
    public void The_same_key_content_and_time_is_kept_whatever_the_status(string status)
    {
        var item = Wanted("a", _now.AddDays(-1));
        var change = Save([item], status, [item]);
        Assert.Equal(Action.Keep, Assert.Single(change.Items).Action);
        Assert.Empty(change.Conflicts);
        Assert.False(change.Any);
    }

    [Fact]
    public void A_new_key_is_a_new_email()
    {
        var change = Save([], EmailStatus.Pending, [Wanted("a", _later)]);
        Assert.Equal(Action.Schedule, Assert.Single(change.Items).Action);
        Assert.Equal(1, change.Counts().Scheduled);
    }

    [Fact]
    public void A_changed_item_supersedes_its_pending_email()
    {
        var change = Save([Wanted("a", _later)], EmailStatus.Pending, [Wanted("a", _later, "other")]);
        var item = Assert.Single(change.Items);
        Assert.Equal(Action.Supersede, item.Action);
        Assert.NotNull(item.Old);
        Assert.Equal((0, 1), (change.Counts().Scheduled, change.Counts().Superseded));
    }

    [Theory]
    [InlineData(EmailStatus.Sending)]
    [InlineData(EmailStatus.Sent)]
    [InlineData(EmailStatus.Unknown)]
    public void A_changed_item_whose_email_went_out_is_a_new_email_only_in_the_future(string status)
    {
        var future = Save([Wanted("a", _now)], status, [Wanted("a", _later)]);
        Assert.Equal(Action.Schedule, Assert.Single(future.Items).Action);
        Assert.Empty(future.Conflicts);

        var past = Save([Wanted("a", _later)], status, [Wanted("a", _now)]);
        Assert.Equal((0, "already_sent"), (Assert.Single(past.Conflicts).Index, past.Conflicts[0].Code.Name));
    }

    [Theory]
    [InlineData(EmailStatus.Failed)]
    [InlineData(EmailStatus.Cancelled)]
    [InlineData(EmailStatus.Expired)]
    public void A_changed_item_whose_email_never_went_out_is_as_a_new_key(string status)
    {
        var change = Save([Wanted("a", _now)], status, [Wanted("a", _now, "other")]);
        Assert.Equal(Action.Schedule, Assert.Single(change.Items).Action);
        Assert.Empty(change.Conflicts);
    }

    [Fact]
    public void What_is_gone_is_cancelled_while_pending_and_named_too_late_while_sending()
    {
        Assert.Single(Save([Wanted("a", _later)], EmailStatus.Pending, []).Removed);
        var sending = Save([Wanted("a", _later)], EmailStatus.Sending, []);
        Assert.Empty(sending.Removed);
        Assert.Equal("a", Assert.Single(sending.TooLate).Key);
        var sent = Save([Wanted("a", _later)], EmailStatus.Sent, []);
        Assert.Empty(sent.Removed);
        Assert.Empty(sent.TooLate);
        Assert.True(sent.Any);
    }

    [Fact]
    public void Up_to_an_hour_ago_means_now_and_more_is_refused()
    {
        Assert.Empty(Save([], EmailStatus.Pending, [Wanted("a", _now.AddHours(-1))]).Conflicts);
        Assert.Equal(
            "scheduled_in_the_past",
            Assert.Single(Save([], EmailStatus.Pending, [Wanted("a", _now.AddHours(-1).AddMilliseconds(-1))]).Conflicts).Code.Name);
    }

    [Fact]
    public void Two_identical_items_without_keys_are_two_emails()
    {
        var named = WantedItem.Name([Input(null, _later, "x"), Input(null, _later, "x"), Input(null, _later, "y")]);
        Assert.Equal(3, named.Select(item => item.Key).Distinct().Count());
    }

    [Fact]
    public void The_order_of_items_and_of_headers_and_the_offset_are_no_change()
    {
        var one = With(Input("a", _later, "x"), new() { ["X-A"] = "1", ["X-B"] = "2" });
        var other = With(Input("a", _later.ToOffset(TimeSpan.FromHours(2)), "x"), new() { ["X-B"] = "2", ["X-A"] = "1" });
        Assert.Equal(WantedItem.Name([one])[0].Fingerprint, WantedItem.Name([other])[0].Fingerprint);
        var keyless = new[] { Input(null, _later, "x"), Input(null, _later, "y"), Input(null, _later, "x") };
        Assert.Equal(
            WantedItem.Name(keyless).Select(item => item.Key).Order(StringComparer.Ordinal),
            WantedItem.Name([.. keyless.Reverse()]).Select(item => item.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// A sequence of saves and moves of the e-mails in between, against a model that knows only keys, contents and
    /// statuses: what is pending is what the last config says, and what went out is never taken back.
    /// </summary>
    [Fact]
    public void Generated_saves_agree_with_a_model()
    {
        var item = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], (key, content) => (Key: $"k{key}", Content: $"c{content}"));
        var config = item.Array[0, 6].Select(items => items.DistinctBy(each => each.Key).ToArray());
        var moves = Gen.Select(
            Gen.Int[0, 5],
            Gen.Int[0, EmailStatus.All.Count - 1].Select(index => EmailStatus.All[index]),
            (key, status) => (Key: $"k{key}", Status: status)).Array[0, 3];
        Gen.Select(config, moves, (items, after) => (items, after)).Array[1, 8].Sample(saves =>
        {
            var current = new List<ConfigItem>();
            var statuses = new Dictionary<Guid, string>();
            foreach (var (items, after) in saves)
            {
                var before = current.ToDictionary(each => each.Key);
                var wanted = WantedItem.Name([.. items.Select(each => Input(each.Key, _later, each.Content))]);
                var change = ConfigChange.Decide(current, statuses, wanted, [], _now);

                Assert.Empty(change.Conflicts);
                Assert.Equal(items.Length, change.Items.Count);
                foreach (var removed in change.Removed)
                    statuses[removed.EmailId] = EmailStatus.Cancelled;
                current = [];
                foreach (var decided in change.Items)
                {
                    before.TryGetValue(decided.Wanted.Key, out var old);
                    var same = old is not null && old.Fingerprint == decided.Wanted.Fingerprint;
                    Assert.Equal(same, decided.Action == Action.Keep);
                    Assert.Equal(
                        !same && old is not null && statuses[old.EmailId] == EmailStatus.Pending, decided.Action == Action.Supersede);
                    if (decided.Action == Action.Supersede)
                        statuses[old!.EmailId] = EmailStatus.Cancelled;
                    current.Add(same ? old! : New(decided.Wanted));
                    statuses.TryAdd(current[^1].EmailId, EmailStatus.Pending);
                }

                // Nothing that the config does not name is pending any more.
                var named = current.Select(each => each.EmailId).ToHashSet();
                Assert.DoesNotContain(statuses, each => each.Value == EmailStatus.Pending && !named.Contains(each.Key));
                Assert.False(ConfigChange.Decide(current, statuses, wanted, [], _now).Any, "the same save again must be a no-op");
                foreach (var (key, status) in after)
                {
                    if (current.Find(each => each.Key == key) is { } moved)
                        statuses[moved.EmailId] = status;
                }
            }
        });
    }

    private static ConfigChange Save(IReadOnlyList<WantedItem> saved, string status, IReadOnlyList<WantedItem> wanted)
    {
        var current = saved.Select(New).ToList();
        return ConfigChange.Decide(current, current.ToDictionary(item => item.EmailId, _ => status), wanted, [], _now);
    }

    private static ConfigItem New(WantedItem item) =>
        new(item.Key, Guid.CreateVersion7(), item.Fingerprint, item.Due, item.Input.SendBefore);

    private static WantedItem Wanted(string key, DateTimeOffset due, string subject = "subject") =>
        WantedItem.Name([Input(key, due, subject)])[0];

    private static ConfigItemInput Input(string? key, DateTimeOffset due, string subject) =>
        new(new EmailContent { To = ["ada@example.com"], Subject = subject, Text = "text" }) { Key = key, ScheduledDatetime = due };

    private static ConfigItemInput With(ConfigItemInput input, Dictionary<string, string> headers) => input with { Headers = headers };
}
