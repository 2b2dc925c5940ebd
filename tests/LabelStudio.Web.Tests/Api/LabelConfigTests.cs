using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api.MlBackend;

namespace LabelStudio.Web.Tests.Api;

public sealed class LabelConfigTests
{
    private const string Interface = """
        <View>
          <Text name="hint" value="$text"/><Choices name="mood" toName="hint"><Choice value="Good"/></Choices>
          <Image name="photo" value="$picture"/>
          <Choices name="kind" toName="photo" choice="single">
            <Choice value="Cup"/><Choice value="Dish" alias="dish-1" predicted_values="Plate, Bowl"/><Choice value="plate"/>
          </Choices>
        </View>
        """;

    [Fact]
    public void Read_InterfaceWithSeveralParts_TakesTheChoicesOfTheImage()
    {
        var config = LabelConfig.Read(Interface);

        Assert.Equal(("kind", "photo", "picture"), (config.FromName, config.ToName, config.DataKey));
        Assert.Equal(["Cup", "dish-1", "plate"], config.Choices.Select(choice => choice.ResultName));
    }

    [Theory]
    [InlineData("single", false)]
    [InlineData("single-radio", false)]
    [InlineData("multiple", true)]
    public void Read_Interface_TellsWhetherAPictureMayGetSeveralChoices(string choice, bool takesSeveral) =>
        Assert.Equal(takesSeveral, LabelConfig.Read(Interface.Replace("\"single\"", $"\"{choice}\"", StringComparison.Ordinal)).TakesSeveral);

    [Theory]
    [InlineData("Dish", "Dish")]
    [InlineData("dish-1", "Dish")]
    [InlineData("Plate", "Dish")]
    [InlineData("plate", "plate")]
    [InlineData("BOWL", "Dish")]
    [InlineData("cup", "Cup")]
    [InlineData("Spoon", null)]
    public void Find_ClassOfTheModel_ByValueThenAliasThenOtherNamesThenAnyCase(string className, string? value) =>
        Assert.Equal(value, LabelConfig.Read(Interface).Find(className)?.Value);

    [Theory]
    [InlineData("", "is no XML")]
    [InlineData("<View><Image name='i' value='$i'/></View>", "classifies no images")]
    [InlineData("<View><Image name='i' value='$i'/><Choices name='c' toName='other'><Choice value='A'/></Choices></View>", "classifies no images")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><View/>", "is no XML")]
    public void Read_NothingToAnswer_SaysWhatIsMissing(string xml, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidRequestException>(() => LabelConfig.Read(xml)).Message, StringComparison.Ordinal);
}
