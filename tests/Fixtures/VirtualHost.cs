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
        var login = Uri.UnescapeDataString(management.UserInfo);
        using var client = new HttpClient { BaseAddress = new UriBuilder(management) { UserName = "", Password = "" }.Uri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        (await client.PutAsJsonAsync($"/api/vhosts/{name}", new { })).EnsureSuccessStatusCode();
        (await client.PutAsJsonAsync($"/api/permissions/{name}/{login.Split(':')[0]}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return new UriBuilder(rabbitMq) { Path = name }.Uri.ToString();
    }
}
