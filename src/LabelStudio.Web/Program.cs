using LabelStudio.Web.Composition;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// A build output serves its assets from where they lie in the sources; a published program has no such map and ignores this.
builder.WebHost.UseStaticWebAssets();
builder.Services.AddStages(builder.Configuration);
builder.Services.AddStudioIdentity();
builder.Services.AddWeb(builder.Configuration);

var app = builder.Build();
await app.PrepareAsync(app.Lifetime.ApplicationStopping);
app.UseStudio();
app.MapStudio();
await app.RunAsync();
