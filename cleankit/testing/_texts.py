"""Small pools of natural text in five scripts, from which the strategies build bodies. All of it is our own writing.

No line of it is debris by any rule: the words are those of gardens, kitchens and harbours, not of web pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CODE", "SCRIPTS", "Script"]


@dataclass(frozen=True, slots=True)
class Script:
    """What a body in one script is made of. `space` stands between sentences."""

    lang: str
    sentences: tuple[str, ...]  # eight words and more each, so that every paragraph of them is prose
    verses: tuple[str, ...]
    headings: tuple[str, ...]
    words: tuple[str, ...]  # of a list or a table
    questions: tuple[str, ...]
    space: str = " "


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().split("\n"))


SCRIPTS: Mapping[str, Script] = {
    "latin": Script(
        "en",
        _lines("""
            The old ferry left the island before dawn, and nobody on the pier noticed that it was half empty.
            Her grandmother had planted the walnut tree in the year when the river rose to the church door.
            When the miller died, his three sons sold the wheel and kept the stones for a garden path.
            It takes about nine weeks until the beans are ripe, provided that the nights do not turn cold.
            The bridge was built of oak, because iron was dear and the forest stood just behind the village.
            Most of the bees had moved to the southern slope, where the lime trees flower in early summer.
            In the harbour the fishermen mended their nets and talked about the storm of the night before.
            He had never seen a glacier, but he knew from his uncle's letters how the ice sounds in spring.
            The teacher opened the window so that the children could hear the cranes passing over the roof.
            After the war the orchestra played in a barn, and people came on foot from fourteen villages.
            Salt was carried over the pass on mules until the railway tunnel was opened in the valley.
            Nobody could say who had painted the chapel, though every family claimed the artist as its own.
            The well had been dry for years when a shepherd found water under the stones of the old fold.
            Bread from this oven keeps for a week, since the dough rests for a whole day before it is baked.
            On clear evenings you can see the lighthouse from the hill, although it stands forty miles away.
            The apprentices learned to cut the letters first in clay, then in lead, and last of all in brass.
        """),
        _lines("""
            The moon has put her lantern out
            and walks along the weir
            the heron does not turn about
            he knows that she is near
            a barley field, a broken gate
            a coat upon the thorn
            the summer came a little late
            and left before the morn
        """),
        ("A winter by the sea", "What the shepherd found", "Stones from the quarry", "How the mill was sold", "The walnut tree", "Over the mountain pass"),
        ("rye flour", "two eggs", "a pinch of salt", "warm milk", "chopped walnuts", "brown sugar", "grated lemon peel", "soft butter"),
        ("How deep is the well?", "Who built the oak bridge?", "Why did the bees move?", "When does the ferry leave?"),
    ),
    "cyrillic": Script(
        "ru",
        _lines("""
            Старый паром отошёл от острова ещё до рассвета, и никто на пристани не заметил, что он полупустой.
            Бабушка посадила этот орех в тот год, когда река поднялась до самых дверей церкви на холме.
            Когда мельник умер, трое его сыновей продали колесо, а камни оставили для дорожки в саду.
            До созревания фасоли проходит около девяти недель, если только ночи не станут совсем холодными.
            Мост построили из дуба, потому что железо было дорого, а лес начинался сразу за деревней.
            Большая часть пчёл перелетела на южный склон, где липы цветут уже в самом начале лета.
            В гавани рыбаки чинили сети и говорили о буре, которая бушевала здесь прошлой ночью.
            Он никогда не видел ледника, но знал из писем дяди, как звучит лёд ранней весной.
            Учительница открыла окно, чтобы дети услышали журавлей, которые летели над крышей школы.
            После войны оркестр играл в сарае, и люди приходили пешком из четырнадцати деревень.
            Соль возили через перевал на мулах, пока в долине не открыли железнодорожный тоннель.
            Никто не мог сказать, кто расписал часовню, хотя каждая семья считала художника своим.
            Колодец много лет стоял сухим, пока пастух не нашёл воду под камнями старого загона.
            Хлеб из этой печи хранится неделю, потому что тесто отдыхает целый день перед выпечкой.
            Ясными вечерами с холма виден маяк, хотя до него отсюда не меньше сорока миль.
            Ученики вырезали буквы сначала в глине, потом в свинце и только под конец в латуни.
        """),
        _lines("""
            Луна задула свой фонарь
            и бродит у плотины
            а цапля смотрит, как и встарь
            на тёмные низины
            ячмень, калитка без петли
            пальто на ветке дрока
            и лето кончилось вдали
            и кончилось до срока
        """),
        ("Зима у моря", "Что нашёл пастух", "Камни из карьера", "Как продали мельницу", "Ореховое дерево", "Дорога через перевал"),
        ("ржаная мука", "два яйца", "щепотка соли", "тёплое молоко", "толчёные орехи", "тростниковый сахар", "лимонная цедра", "мягкое масло"),
        ("Насколько глубок колодец?", "Кто построил дубовый мост?", "Почему улетели пчёлы?", "Когда отходит паром?"),
    ),
    "arabic": Script(
        "ar",
        _lines("""
            غادرت العبارة القديمة الجزيرة قبل الفجر، ولم يلاحظ أحد على الرصيف أنها كانت نصف فارغة.
            زرعت جدتها شجرة الجوز في السنة التي ارتفع فيها النهر حتى وصل إلى باب المسجد القديم.
            عندما مات الطحان باع أبناؤه الثلاثة العجلة واحتفظوا بالحجارة من أجل ممر في الحديقة.
            تحتاج الفاصولياء إلى تسعة أسابيع تقريبا حتى تنضج، بشرط ألا تصبح الليالي باردة جدا.
            بني الجسر من خشب البلوط لأن الحديد كان غاليا وكانت الغابة تبدأ خلف القرية مباشرة.
            انتقل معظم النحل إلى السفح الجنوبي حيث تزهر أشجار الزيزفون في أول أيام الصيف.
            كان الصيادون في الميناء يصلحون شباكهم ويتحدثون عن العاصفة التي هبت في الليلة الماضية.
            لم ير نهرا جليديا في حياته، لكنه عرف من رسائل عمه كيف يكون صوت الجليد في الربيع.
            فتحت المعلمة النافذة حتى يسمع الأطفال طيور الكركي وهي تعبر فوق سقف المدرسة الصغيرة.
            بعد الحرب عزفت الفرقة في حظيرة كبيرة، وجاء الناس سيرا على الأقدام من أربع عشرة قرية.
            كان الملح ينقل عبر الممر الجبلي على ظهور البغال حتى افتتح نفق القطار في الوادي.
            لم يستطع أحد أن يقول من رسم جدران القاعة، مع أن كل عائلة تزعم أن الرسام منها.
            ظلت البئر جافة سنوات طويلة إلى أن وجد أحد الرعاة ماء تحت حجارة الحظيرة القديمة.
            يبقى خبز هذا الفرن طريا أسبوعا كاملا لأن العجين يرتاح يوما كاملا قبل أن يخبز.
            في الأمسيات الصافية يمكن رؤية المنارة من التل مع أنها تبعد أربعين ميلا عن هنا.
            تعلم الصبيان نقش الحروف في الطين أولا، ثم في الرصاص، وأخيرا في النحاس الأصفر.
        """),
        _lines("""
            أطفأ القمر مصباحه العتيق
            ومشى وحيدا قرب ماء السد
            والطائر الساكن فوق الطريق
            يعرف أن الليل لن يمتد
            حقل شعير وباب كسير
            ومعطف فوق غصن الشجر
            تأخر الصيف بعض المسير
            ثم مضى قبل ضوء السحر
        """),
        ("شتاء قرب البحر", "ماذا وجد الراعي", "حجارة من المقلع", "كيف بيعت الطاحونة", "شجرة الجوز العتيقة", "عبر الممر الجبلي"),
        ("طحين الجاودار", "بيضتان كبيرتان", "رشة ملح", "حليب دافئ", "جوز مفروم", "سكر بني", "قشر ليمون مبشور", "زبدة طرية"),
        ("كم يبلغ عمق البئر؟", "من بنى جسر البلوط؟", "لماذا انتقل النحل؟", "متى تغادر العبارة؟"),
    ),
    "devanagari": Script(
        "hi",
        _lines("""
            पुरानी नाव भोर होने से पहले ही टापू से चल पड़ी और घाट पर किसी ने नहीं देखा कि वह आधी खाली थी।
            दादी ने अखरोट का यह पेड़ उस साल लगाया था जब नदी का पानी मंदिर की सीढ़ियों तक आ गया था।
            जब चक्की वाला नहीं रहा तो उसके तीनों बेटों ने पहिया बेच दिया और पत्थर बगीचे के लिए रख लिए।
            राजमा को पकने में लगभग नौ हफ़्ते लगते हैं, बशर्ते कि रातें बहुत ठंडी न हो जाएँ।
            पुल साल की लकड़ी से बना था क्योंकि लोहा महँगा था और जंगल गाँव के ठीक पीछे था।
            ज़्यादातर मधुमक्खियाँ दक्षिणी ढलान पर चली गई थीं जहाँ गर्मी के शुरू में ही फूल खिल जाते हैं।
            बंदरगाह पर मछुआरे अपने जाल ठीक कर रहे थे और पिछली रात के तूफ़ान की बातें कर रहे थे।
            उसने कभी हिमनद नहीं देखा था पर चाचा की चिट्ठियों से जानता था कि बर्फ़ कैसे बोलती है।
            अध्यापिका ने खिड़की खोल दी ताकि बच्चे छत के ऊपर से उड़ते सारसों की आवाज़ सुन सकें।
            लड़ाई के बाद मंडली एक खलिहान में बजाती थी और लोग चौदह गाँवों से पैदल चलकर आते थे।
            घाटी में रेल की सुरंग खुलने तक नमक खच्चरों पर लादकर दर्रे के पार पहुँचाया जाता था।
            कोई नहीं बता सकता था कि दीवारें किसने रंगीं, हालाँकि हर परिवार चित्रकार को अपना कहता था।
            कुआँ बरसों से सूखा था जब एक गड़रिये को पुराने बाड़े के पत्थरों के नीचे पानी मिला।
            इस भट्ठी की रोटी हफ़्ते भर चलती है क्योंकि आटा सेंकने से पहले पूरे दिन रखा जाता है।
            साफ़ शामों में पहाड़ी से प्रकाश स्तंभ दिखता है, हालाँकि वह यहाँ से चालीस मील दूर है।
            शिष्य पहले मिट्टी में अक्षर काटना सीखते थे, फिर सीसे में और सबसे आख़िर में पीतल में।
        """),
        _lines("""
            चाँद ने अपना दीप बुझाया
            बाँध किनारे धीरे चलता
            बगुले ने सिर नहीं घुमाया
            जाने वह किसका मन छलता
            जौ के खेत और टूटा फाटक
            काँटों पर इक कोट पुराना
            गर्मी आई देर से थोड़ी
            भोर से पहले उसका जाना
        """),
        ("समुद्र के पास सर्दियाँ", "गड़रिये को क्या मिला", "खदान के पत्थर", "चक्की कैसे बिकी", "अखरोट का पेड़", "दर्रे के उस पार"),
        ("राई का आटा", "दो अंडे", "चुटकी भर नमक", "गुनगुना दूध", "कटे अखरोट", "भूरी चीनी", "नींबू का छिलका", "नरम मक्खन"),
        ("कुआँ कितना गहरा है?", "पुल किसने बनाया?", "मधुमक्खियाँ क्यों चली गईं?", "नाव कब छूटती है?"),
    ),
    "cjk": Script(
        "zh",
        _lines("""
            那艘旧渡船在天亮以前就离开了小岛，码头上谁也没有注意到它有一半是空的。
            河水涨到庙门口的那一年，她的祖母在院子里亲手种下了这棵高大的核桃树。
            磨坊主去世以后，他的三个儿子卖掉了水轮，把磨石留下来铺花园里的小路。
            只要夜里不变得太冷，这种豆子从播种到成熟大约需要整整九个星期的时间。
            那座桥是用橡木造的，因为当时铁很贵，而森林就在村子后面不远的地方。
            大部分蜜蜂都搬到了南边的山坡上，那里的椴树在初夏时节就已经开花了。
            渔民们在港口修补渔网，一边干活一边谈论着前一天夜里的那场大风暴。
            他从来没有见过冰川，但是从叔叔的来信里知道春天的冰会发出什么声音。
            女教师打开了窗户，好让孩子们听见从学校屋顶上空飞过的那一群鹤。
            战争结束以后，乐队在谷仓里演奏，人们从十四个村庄步行赶来听音乐。
            在山谷里的铁路隧道开通以前，盐一直是用骡子驮着翻过那道山口的。
            没有人说得出那些壁画是谁画的，尽管每一家都说画家是自己的祖先。
            那口井干了许多年，直到一个牧羊人在旧羊圈的石头下面找到了水。
            这个炉子烤出来的面包可以放一个星期，因为面团要先醒上整整一天。
            在晴朗的傍晚，从山上可以看见那座灯塔，虽然它离这里有四十英里。
            学徒们先在泥土上学刻字，然后在铅块上刻，最后才轮到黄铜板。
        """),
        _lines("""
            月亮吹熄了她的灯笼
            沿着堤坝慢慢地走
            苍鹭不曾转过头来
            它知道她就在左右
            一片大麦一扇破门
            一件外衣挂在枝头
            夏天来得稍稍迟了
            天还未亮便不再留
        """),
        ("海边的冬天", "牧羊人的发现", "采石场的石头", "磨坊是怎样卖掉的", "院子里的核桃树", "翻过那道山口"),
        ("黑麦面粉", "两个鸡蛋", "一小撮盐", "温牛奶", "碎核桃", "红糖", "柠檬皮屑", "软黄油"),
        ("那口井有多深？", "橡木桥是谁造的？", "蜜蜂为什么搬走了？", "渡船什么时候开？"),
        space="",
    ),
}  # fmt: skip

#: Lines of programs; the same in every script.
CODE: tuple[str, ...] = (
    "def area(width, height):", "    return width * height", "for row in table:", "    total += row[3]", "const size = items.length;",
    "if (depth > limit) {", "    return null;", "}", "print(area(3, 4))", "SELECT name FROM boats WHERE length > 12;", "$ make install",
    "values = {key: int(count) for key, count in pairs}",
)  # fmt: skip
