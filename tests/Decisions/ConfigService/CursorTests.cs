using Mail.ConfigService.Requests;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>Cursors of lists come back as they were given out, and nothing else is one.</summary>
public sealed class CursorTests
{
    [Fact]
    public void A_cursor_comes_back()
    {
        var cursor = new Cursor(638_000_000_000_000_000, Guid.CreateVersion7());
        Assert.Equal(cursor, Cursor.Read(Asked(cursor.ToString())));
    }

    [Fact]
    public void An_empty_one_is_the_beginning()
    {
        var query = Asked("");
        Assert.Null(Cursor.Read(query));
        Assert.False(query.Errors.Any);
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("********************************")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAA+AAAAAAAAAAAAAAA/")]
    [InlineData("ééééééééééééééééééééééééééééééée")]
    [InlineData("AAAAAAAAAAAAAAA AAAAAAAAAAAAAAAA")]
    [InlineData("________________________________")]
    public void What_is_none_is_refused(string text)
    {
        var query = Asked(text);
        Assert.Null(Cursor.Read(query));
        Assert.True(query.Errors.Any);
    }

    private static Query Asked(string text)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = QueryString.Create("cursor", text);
        return new(context, "cursor");
    }
}
