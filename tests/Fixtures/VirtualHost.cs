using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Mail.Tests.Fixtures;

/// <summary>A virtual host of RabbitMQ: whoever has one of his own shares no queue with anyone.</summary>
public static class VirtualHost
{
    /// <summary>Makes a new, empty one. Returns its AMQP URI.</summary>
    /// <param name="management">The HTTP URI of the management API, with user and password.</param>
    /// <param name="rabbitMq">An AMQP URI of the same server and user.</param>
    /// <param name="name">What to call it.</param>
    public static async Task<string> CreateAsync(Uri management, Uri rabbitMq, string name)
    {
        using var client = ClientOf(management);
        (await client.PutAsJsonAsync($"/api/vhosts/{name}", new { })).EnsureSuccessStatusCode();
        await AllowAsync(client, name, Uri.UnescapeDataString(management.UserInfo.Split(':')[0]));
        return new UriBuilder(rabbitMq) { Path = name }.Uri.ToString();
    }

    internal static HttpClient ClientOf(Uri management)
    {
        var login = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo));
        var client = new HttpClient { BaseAddress = new UriBuilder(management) { UserName = "", Password = "" }.Uri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(login));
        return client;
    }

    internal static async Task AllowAsync(HttpClient management, string virtualHost, string user, string names = ".*") =>
        (await management.PutAsJsonAsync($"/api/permissions/{virtualHost}/{user}", new { configure = names, write = names, read = names }))
            .EnsureSuccessStatusCode();
}
