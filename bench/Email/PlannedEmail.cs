namespace Mail.Bench.Email;

/// <summary>An e-mail that a subject is to send, and when.</summary>
internal sealed record PlannedEmail(Letter Letter, DateTimeOffset Due)
{
    internal string Id => Letter.Id;

    /// <summary>So many, each due when <paramref name="due"/> says.</summary>
    internal static PlannedEmail[] Many(int count, Func<int, DateTimeOffset> due) =>
        [.. Enumerable.Range(0, count).Select(i => new PlannedEmail(Letter.Of(Guid.CreateVersion7().ToString("N")), due(i)))];
}

/// <summary>What is sent: about 2 KiB, as text and HTML, and no two alike. Public, since Hangfire stores it.</summary>
/// <param name="Id">What the header <see cref="IdHeader"/> says, by which the sink knows it again.</param>
public sealed record Letter(string Id, string To, string Subject, string Text, string Html)
{
    internal const string IdHeader = "X-Email-Id";
    internal const string From = "noreply@shop.example";

    private static readonly string _paragraph =
        string.Concat(Enumerable.Repeat("Your parcel has left our house and is on its way to you. ", 5));

    internal static Letter Of(string id) => new(
        id,
        $"{id}@customer.example",
        $"Your order {id} is on its way",
        $"Hello,\n\n{_paragraph}\n\n{_paragraph}\n\nReference: {id}\n",
        $"<!doctype html><html><body><h1>Hello</h1>\n<p>{_paragraph}</p>\n<p>{_paragraph}</p>\n<p>{_paragraph}</p>\n"
        + $"<p>Reference: <b>{id}</b></p>\n</body></html>\n");
}
